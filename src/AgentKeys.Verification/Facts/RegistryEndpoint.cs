using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>One endpoint read through the chain's port, and only after it has once been found to serve the configured contracts.</summary>
/// <param name="check">the chain's start-up checks; null for a reader whose maker has checked it.</param>
internal sealed class RegistryEndpoint(string name, IRegistryReader reader, Func<CancellationToken, Task>? check = null) : IFactsEndpoint
{
    private volatile string? _missing = check is null ? null : "The chain has not been checked yet.";

    public string Name => name;

    public string? MissingCheck => _missing;

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_missing is null)
            return;
        try
        {
            await check!(cancellationToken);
            _missing = null;
        }
        catch (ChainUnavailableException e)
        {
            _missing = e.Message;
            throw;
        }
    }

    public async Task<EndpointAnswer> ReadAsync(FactsQuery query, ulong confirmations, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        var facts = await reader.GetFactsAsync(query, confirmations, cancellationToken);
        return new EndpointAnswer(facts.Latest, facts.Confirmed);
    }

    public async Task<IReadOnlyList<EndpointAnswer>> ReadAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        var facts = await reader.GetFactsAsync(queries, confirmations, cancellationToken);
        return [.. facts.Select(f => new EndpointAnswer(f.Latest, f.Confirmed))];
    }

    public async Task<string> ReadP256PathAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return await reader.GetP256PathAsync(cancellationToken) == P256Path.Precompile ? "precompile" : "solidity";
    }
}
