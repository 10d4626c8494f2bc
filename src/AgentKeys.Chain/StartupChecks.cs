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
    public static async Task<StartupReport> RunAsync(EthereumClient client, Deployment deployment, CancellationToken cancel)
    {
        await DeploymentCheck.VerifyAsync(client, deployment, cancel);
        var reader = new RegistryReader(client, deployment);
        var facts = await reader.GetFactsAsync(new FactsQuery(), cancel);
        return new StartupReport(deployment.ChainId, facts.Head, facts.Epoch, await reader.GetP256PathAsync(cancel));
    }
}
