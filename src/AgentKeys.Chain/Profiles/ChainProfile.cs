using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>How a chain makes blocks.</summary>
public enum BlockProduction
{
    /// <summary>By the clock: a head that is too old means that the node lags.</summary>
    Continuous,

    /// <summary>When there is a transaction (development chains): the age of the head says nothing.</summary>
    OnDemand,
}

/// <summary>One chain and how to live with it. Which contracts are on it is <see cref="Deployment"/>'s.</summary>
public sealed record ChainProfile
{
    /// <summary><c>[a-z0-9-]</c>, for files and commands.</summary>
    public required string Name { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>At least one http or https URL. Each is judged by itself.</summary>
    public required IReadOnlyList<Uri> RpcUrls { get; init; }

    public required BlockProduction Blocks { get; init; }

    /// <summary>Blocks under the head at which something given must already have been there; 0: the head suffices.</summary>
    public required int Confirmations { get; init; }

    /// <summary>Seconds behind our clock at which a head is too old; null exactly with <see cref="BlockProduction.OnDemand"/>.</summary>
    public required int? MaxHeadAgeSeconds { get; init; }

    public required GasModel GasModel { get; init; }

    /// <summary>How long a recovery proposal waits on contracts deployed with this profile: 7 days, seconds on development chains.</summary>
    public ulong RecoveryDelaySeconds => Dev ? 10UL : 7 * 24 * 3600;

    /// <summary>For people; null: none.</summary>
    public Uri? Explorer { get; init; }

    /// <summary>Whether localhost passkeys without an origin may be enrolled. Never on a chain that matters.</summary>
    public bool Dev { get; init; }
}
