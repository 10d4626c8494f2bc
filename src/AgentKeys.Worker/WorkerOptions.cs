namespace AgentKeys.Worker;

/// <summary>Section <c>AgentKeys:Workers:&lt;role&gt;</c>. Paths are absolute once bound.</summary>
public sealed class WorkerOptions
{
    /// <summary>Where this process listens.</summary>
    public string Listen { get; set; } = "";

    /// <summary>What clients call it and make their proofs for; no trailing slash.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Folder of the audit log.</summary>
    public string StateDir { get; set; } = "";

    /// <summary>The signer's Unix socket.</summary>
    public string SignerSocket { get; set; } = "";

    /// <summary>How long the signer may take, 100 to 60,000.</summary>
    public int SignerTimeoutMilliseconds { get; set; } = 5000;

    public StoreOptions Store { get; set; } = new();
}

/// <summary>Where this role's sealed objects lie.</summary>
public sealed class StoreOptions
{
    /// <summary><c>local</c>: a folder.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Of the store, in the audience of its storage tokens: <c>agentkeys:store:&lt;id&gt;:&lt;class&gt;</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>Folder of a local store.</summary>
    public string Root { get; set; } = "";
}
