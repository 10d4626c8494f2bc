using AgentKeys.Chain;
#if NETHEREUM
using AgentKeys.Chain.Nethereum;
#endif

namespace AgentKeys.ChainClients;

/// <summary>The chain clients that this program was built with. Made part of every program that opens a chain.</summary>
internal static class CompiledChainClients
{
    /// <summary>The one that <c>auto</c> takes comes first (docs/decisions/0009).</summary>
    public static IReadOnlyList<IChainClient> All { get; } =
    [
        new BuiltInChainClient(),
#if NETHEREUM
        new NethereumChainClient(),
#endif
    ];

    /// <inheritdoc cref="ChainClientChoice.Choose"/>
    public static IChainClient? Choose(string? setting, out string error) => ChainClientChoice.Choose(setting, All, out error);
}
