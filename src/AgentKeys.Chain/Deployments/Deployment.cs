using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>Where AgentKeys' contracts are on one chain.</summary>
public sealed record Deployment
{
    public required ulong ChainId { get; init; }

    /// <summary>SidecarRegistry.</summary>
    public required Address Registry { get; init; }

    /// <summary>RecoveryProposals, which the registry made.</summary>
    public required Address Recovery { get; init; }

    /// <summary>Seconds that a proposal waits there, fixed for ever at deployment: 1 to 2,592,000.</summary>
    public required ulong RecoveryDelaySeconds { get; init; }

    /// <summary>AgentKeysScope.</summary>
    public required Address Scope { get; init; }

    /// <summary>K3EpochCounter.</summary>
    public required Address Epoch { get; init; }

    /// <summary>CapLens.</summary>
    public required Address Lens { get; init; }

    /// <summary>K11Verifier.</summary>
    public required Address K11 { get; init; }

    /// <summary>P256Verifier.</summary>
    public required Address P256 { get; init; }

    /// <summary>The block from which all of them are there.</summary>
    public required ulong Block { get; init; }

    /// <summary>What caps and sessions name.</summary>
    public ChainRef Chain => new(ChainId, Registry.ToAccount());

    public Address AddressOf(ApprovingContract contract) => contract switch
    {
        ApprovingContract.Scope => Scope,
        ApprovingContract.Recovery => Recovery,
        _ => Registry,
    };

    /// <summary>Contract name and address, in the order in which they come to be.</summary>
    public IReadOnlyList<(string Contract, Address Address)> Contracts =>
    [
        (ContractNames.P256Verifier, P256),
        (ContractNames.K11Verifier, K11),
        (ContractNames.SidecarRegistry, Registry),
        (ContractNames.RecoveryProposals, Recovery),
        (ContractNames.AgentKeysScope, Scope),
        (ContractNames.K3EpochCounter, Epoch),
        (ContractNames.CapLens, Lens),
    ];
}
