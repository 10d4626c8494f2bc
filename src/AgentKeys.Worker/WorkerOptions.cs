using AgentKeys.Hosting;

namespace AgentKeys.Worker;

/// <summary>Section <c>AgentKeys:Workers:&lt;role&gt;</c>. Relative paths are relative to the configuration file's folder.</summary>
public sealed class WorkerOptions : IValidatedSettings
{
    /// <summary>Where this process listens: <c>http://127.0.0.1:9094</c>.</summary>
    public string? Listen { get; set; }

    /// <summary>What clients call it and make their proofs for.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Folder of the audit log.</summary>
    public string? StateDir { get; set; }

    /// <summary>Path of the signer's Unix socket.</summary>
    public string? SignerSocket { get; set; }

    /// <summary>How long the signer may take.</summary>
    public int SignerTimeoutMilliseconds { get; set; } = 5000;

    public StoreOptions Store { get; set; } = new();

    /// <summary>Room of the actors of agent_rooted operators, who touch memory alone.</summary>
    public AgentRootedOptions AgentRooted { get; set; } = new();

    public static string Section(WorkerRole role) => $"AgentKeys:Workers:{role.Name}";

    public void Validate(SettingErrors errors)
    {
        errors.Require(Uri.TryCreate(Listen, UriKind.Absolute, out var listen) && listen.Scheme is "http" or "https", nameof(Listen), "an http or https URL");
        errors.Require(Verification.PublicUrl.IsValid(PublicUrl), nameof(PublicUrl), Verification.PublicUrl.Expectation);
        errors.Require(StateDir is { Length: > 0 }, nameof(StateDir), "the path of a folder");
        errors.Require(SignerSocket is { Length: > 0 }, nameof(SignerSocket), "the path of the signer's Unix socket");
        errors.Require(SignerTimeoutMilliseconds is >= 100 and <= 60_000, nameof(SignerTimeoutMilliseconds), "100 to 60000");
        errors.Require(Store.Kind == StoreOptions.Local, "Store:Kind", "local");
        errors.Require(Store.Id is { Length: > 0 and <= 64 }, "Store:Id", "the name of the store in its tokens' audience, 1 to 64 characters");
        errors.Require(Store.Root is { Length: > 0 }, "Store:Root", "the path of a folder");
        errors.Require(AgentRooted.MaxObjects >= 0, "AgentRooted:MaxObjects", "0 or more");
        errors.Require(AgentRooted.MaxBytes >= 0, "AgentRooted:MaxBytes", "0 or more");
    }
}

/// <summary>Most of one actor, together.</summary>
public sealed class AgentRootedOptions
{
    public int MaxObjects { get; set; } = 64;

    /// <summary>Sealed bytes.</summary>
    public long MaxBytes { get; set; } = 1024 * 1024;
}

/// <summary>Where this role's sealed objects lie.</summary>
public sealed class StoreOptions
{
    /// <summary>A folder.</summary>
    public const string Local = "local";

    public string? Kind { get; set; }

    /// <summary>Of the store, in the audience of its storage tokens: <c>agentkeys:store:&lt;id&gt;:&lt;class&gt;</c>.</summary>
    public string? Id { get; set; }

    /// <summary>Folder of a local store.</summary>
    public string? Root { get; set; }
}
