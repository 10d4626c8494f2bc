using AgentKeys.Chain;
using AgentKeys.ChainClients;

namespace AgentKeys.Cli;

/// <summary>Who talks to the chain for this process: <c>AGENTKEYS_CHAIN_CLIENT</c>, auto unless set.</summary>
internal static class CliChainClient
{
    public const string Variable = "AGENTKEYS_CHAIN_CLIENT";

    /// <exception cref="CliException">It names none, or one that is not compiled in.</exception>
    public static IChainClient Choose() => Choose(Environment.GetEnvironmentVariable(Variable));

    /// <inheritdoc cref="Choose()"/>
    public static IChainClient Choose(string? setting) =>
        CompiledChainClients.Choose(setting, out var error) ?? throw CliException.Usage($"{Variable}: {error}.");
}
