namespace AgentKeys.Chain;

/// <summary>Names of the contracts, as in their source files and artifacts.</summary>
public static class ContractNames
{
    public const string P256Verifier = nameof(P256Verifier);
    public const string K11Verifier = nameof(K11Verifier);
    public const string SidecarRegistry = nameof(SidecarRegistry);
    public const string RecoveryProposals = nameof(RecoveryProposals);
    public const string AgentKeysScope = nameof(AgentKeysScope);
    public const string K3EpochCounter = nameof(K3EpochCounter);
    public const string CapLens = nameof(CapLens);
}
