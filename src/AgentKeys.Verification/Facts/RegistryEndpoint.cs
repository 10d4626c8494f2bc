using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>One endpoint read through the chain's port.</summary>
internal sealed class RegistryEndpoint(string name, IRegistryReader reader) : IFactsEndpoint
{
    public string Name => name;

    public async Task<EndpointAnswer> ReadAsync(FactsQuery query, ulong confirmations, CancellationToken cancellationToken)
    {
        var facts = await reader.GetFactsAsync(query, confirmations, cancellationToken);
        return new EndpointAnswer(facts.Latest, facts.Confirmed);
    }

    public async Task<string> ReadP256PathAsync(CancellationToken cancellationToken) =>
        await reader.GetP256PathAsync(cancellationToken) == P256Path.Precompile ? "precompile" : "solidity";
}
