using System.Collections.Concurrent;
using AgentKeys.Ethereum.Abi;

namespace AgentKeys.Chain;

/// <summary>The contracts that this release was built with, from its own resources.</summary>
public static class ContractArtifacts
{
    private static readonly ConcurrentDictionary<string, ContractArtifact> Loaded = new(StringComparer.Ordinal);

    private static readonly Lazy<AbiContract[]> Abis = new(() =>
    [
        Get(ContractNames.SidecarRegistry).Abi,
        Get(ContractNames.RecoveryProposals).Abi,
        Get(ContractNames.AgentKeysScope).Abi,
        Get(ContractNames.K11Verifier).Abi,
        Get(ContractNames.K3EpochCounter).Abi,
        Get(ContractNames.CapLens).Abi,
    ]);

    /// <param name="name">One of <see cref="ContractNames"/>.</param>
    /// <exception cref="ArgumentException">This release has no such contract.</exception>
    public static ContractArtifact Get(string name) => Loaded.GetOrAdd(name, Load);

    /// <summary>What a revert of any of the contracts means: errors travel through every caller.</summary>
    public static RevertReason Explain(ReadOnlySpan<byte> revertData) => RevertReason.Decode(revertData, Abis.Value);

    private static ContractArtifact Load(string name)
    {
        using var stream = typeof(ContractArtifacts).Assembly.GetManifestResourceStream($"AgentKeys.Chain.Artifacts.{name}.json")
            ?? throw new ArgumentException($"This release has no contract {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return ContractArtifact.Parse(name, reader.ReadToEnd());
    }
}
