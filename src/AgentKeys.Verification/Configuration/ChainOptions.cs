namespace AgentKeys.Verification;

/// <summary>Section <c>AgentKeys:Chain</c>.</summary>
internal sealed class ChainOptions
{
    public const string Section = "AgentKeys:Chain";

    /// <summary>Name of a profile that this release knows, or path of a profile file (<c>*.json</c>).</summary>
    public string? Profile { get; set; }

    /// <summary>In place of the profile's. All must answer and allow.</summary>
    public IList<string> RpcUrls { get; } = [];

    /// <summary>Path of the addresses file.</summary>
    public string? Deployment { get; set; }

    /// <summary>auto, nethereum or builtin: who talks to the chain.</summary>
    public string? Client { get; set; }

    /// <summary>For one decision, all endpoints together: 100 to 30,000.</summary>
    public int TimeoutMilliseconds { get; set; } = 2000;
}

/// <summary>Section <c>AgentKeys:Trust</c>.</summary>
internal sealed class TrustOptions
{
    public const string Section = "AgentKeys:Trust";

    /// <summary>The broker's public URL.</summary>
    public string? Issuer { get; set; }

    /// <summary>K1, public.</summary>
    public IList<JwkOptions> CapKeys { get; } = [];

    /// <summary>K2, public.</summary>
    public IList<JwkOptions> StorageKeys { get; } = [];
}

/// <summary>A public JWK, as <c>AgentKeys.Broker keys create</c> prints it.</summary>
internal sealed class JwkOptions
{
    public string? Kty { get; set; }
    public string? Crv { get; set; }
    public string? X { get; set; }
    public string? Y { get; set; }
}
