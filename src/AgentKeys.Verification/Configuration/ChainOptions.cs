using System.ComponentModel;

namespace AgentKeys.Verification;

/// <summary>Section <c>AgentKeys:Chain</c>.</summary>
internal sealed class ChainOptions
{
    public const string Section = "AgentKeys:Chain";

    [Description("Name of a chain profile of this release, or the path of a profile file (*.json).")]
    public string? Profile { get; set; }

    [Description("RPC endpoints in place of the profile's, http or https. All must answer and allow. They may hold a provider's key.")]
    public IList<string> RpcUrls { get; } = [];

    [Description("Path of the file with the contracts' addresses.")]
    public string? Deployment { get; set; }

    [Description("Who talks to the chain: auto, nethereum or builtin.")]
    public string? Client { get; set; }

    [Description("Time for one decision, all endpoints together: 100 to 30000.")]
    public int TimeoutMilliseconds { get; set; } = 2000;
}

/// <summary>Section <c>AgentKeys:Trust</c>.</summary>
internal sealed class TrustOptions
{
    public const string Section = "AgentKeys:Trust";

    [Description("The broker's public URL, issuer of every token.")]
    public string? Issuer { get; set; }

    [Description("The broker's public keys of sessions and caps (K1), as AgentKeys.Broker keys create prints them.")]
    public IList<JwkOptions> CapKeys { get; } = [];

    [Description("The broker's public keys of storage tokens (K2).")]
    public IList<JwkOptions> StorageKeys { get; } = [];
}

/// <summary>A public JWK, as <c>AgentKeys.Broker keys create</c> prints it.</summary>
internal sealed class JwkOptions
{
    [Description("EC.")]
    public string? Kty { get; set; }

    [Description("P-256.")]
    public string? Crv { get; set; }

    [Description("base64url of 32 bytes.")]
    public string? X { get; set; }

    [Description("base64url of 32 bytes.")]
    public string? Y { get; set; }
}
