using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>One endpoint read through the chain's port, and only after it has once been found to serve the configured contracts.</summary>
internal sealed class RegistryEndpoint : IFactsEndpoint
{
    /// <summary>Longer than a node that is well takes, far below the deadline of a decision.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly IRegistryReader _reader;
    private readonly ulong _confirmations;
    private readonly Func<CancellationToken, Task>? _check;
    private readonly SharedReads _reads;
    private volatile string? _missing;

    /// <param name="confirmations">how far below the head every question is asked too; 0: at the head alone.</param>
    /// <param name="check">the chain's start-up checks; null for a reader whose maker has checked it.</param>
    public RegistryEndpoint(string name, IRegistryReader reader, ulong confirmations, Func<CancellationToken, Task>? check = null)
    {
        (Name, _reader, _confirmations, _check) = (name, reader, confirmations, check);
        _missing = check is null ? null : "The chain has not been checked yet.";
        _reads = new SharedReads(ReadAloneAsync, ReadAsync, IRegistryReader.MaxQueries, s_patience);
    }

    public string Name { get; }

    public string? MissingCheck => _missing;

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_missing is null)
            return;
        try
        {
            await _check!(cancellationToken);
            _missing = null;
        }
        catch (ChainUnavailableException e)
        {
            _missing = e.Message;
            throw;
        }
    }

    public Task<EndpointAnswer> ReadAsync(FactsQuery query, CancellationToken cancellationToken) => _reads.ReadAsync(query, cancellationToken);

    public async Task<IReadOnlyList<EndpointAnswer>> ReadAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        var facts = await _reader.GetFactsAsync(queries, _confirmations, cancellationToken);
        return [.. facts.Select(f => new EndpointAnswer(f.Latest, f.Confirmed))];
    }

    public async Task<string> ReadP256PathAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return await _reader.GetP256PathAsync(cancellationToken) == P256Path.Precompile ? "precompile" : "solidity";
    }

    private async Task<EndpointAnswer> ReadAloneAsync(FactsQuery query, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        var facts = await _reader.GetFactsAsync(query, _confirmations, cancellationToken);
        return new EndpointAnswer(facts.Latest, facts.Confirmed);
    }
}
