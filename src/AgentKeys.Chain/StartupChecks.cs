using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>What a process says about its chain when it starts.</summary>
/// <param name="Epoch">K3's epoch now.</param>
public sealed record StartupReport(ulong ChainId, HeadFacts Head, ulong Epoch, P256Path P256Path);

/// <summary>
/// Asked once, before a process serves anything: chain id, code and wiring at every address, and one real reading of facts (their
/// version, chain id and registry). Every later reading checks the facts' own identity again.
/// </summary>
public static class StartupChecks
{
    /// <exception cref="ChainUnavailableException">Not the expected chain or contracts, or the node cannot be asked.</exception>
    public static Task<StartupReport> RunAsync(EthereumClient client, Deployment deployment, CancellationToken cancel) =>
        RunAsync(client, new RegistryReader(client, deployment), cancel);

    /// <inheritdoc cref="RunAsync(EthereumClient, Deployment, CancellationToken)"/>
    /// <param name="reader">Of the same endpoint.</param>
    public static async Task<StartupReport> RunAsync(EthereumClient client, IRegistryReader reader, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        await DeploymentCheck.VerifyAsync(client, reader.Deployment, cancel);
        var facts = await reader.GetFactsAsync(new FactsQuery(), cancel);
        return new StartupReport(reader.Deployment.ChainId, facts.Head, facts.Epoch, await reader.GetP256PathAsync(cancel));
    }
}
