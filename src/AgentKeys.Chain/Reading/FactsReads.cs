using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>The three ways to ask CapLens, for any encoding: at the head, several at once, and at the head and below it.</summary>
/// <param name="decode">An answer, possibly empty, to its facts; throws <see cref="ChainUnavailableException"/>.</param>
/// <param name="decodeBatch">The same for that many facts, all of one block.</param>
internal sealed class FactsReads(
    NodeReads node, Deployment deployment, Func<FactsQuery, byte[]> encode, Func<IReadOnlyList<FactsQuery>, byte[]> encodeBatch,
    Func<byte[], CapFacts> decode, Func<byte[], int, IReadOnlyList<CapFacts>> decodeBatch)
{
    public async Task<CapFacts> GetAsync(FactsQuery query, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(query);
        return decode(await node.AskAsync(EthereumCalls.Call(Message(query), BlockId.Latest), cancel));
    }

    public async Task<IReadOnlyList<CapFacts>> GetAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancel)
    {
        return decodeBatch(await node.AskAsync(EthereumCalls.Call(Message(queries), BlockId.Latest), cancel), queries.Count);
    }

    public async Task<FactsAtDepth> GetAsync(FactsQuery query, ulong confirmations, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (confirmations == 0)
            return new FactsAtDepth(await GetAsync(query, cancel), null);

        var (latest, confirmed, depth) = await AtDepthAsync(Message(query), confirmations, cancel);
        return Pair(decode(latest), decode(confirmed), depth);
    }

    public async Task<IReadOnlyList<FactsAtDepth>> GetAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancel)
    {
        if (confirmations == 0)
            return [.. (await GetAsync(queries, cancel)).Select(facts => new FactsAtDepth(facts, null))];

        var (latest, confirmed, depth) = await AtDepthAsync(Message(queries), confirmations, cancel);
        return [.. decodeBatch(latest, queries.Count).Zip(decodeBatch(confirmed, queries.Count), (above, below) => Pair(above, below, depth))];
    }

    /// <summary>The answers at the head and below it, undecoded, and the number of the block below.</summary>
    private async Task<(byte[] Latest, byte[] Confirmed, ulong Depth)> AtDepthAsync(CallMessage message, ulong confirmations, CancellationToken cancel)
    {
        var head = await node.AskAsync(EthereumCalls.BlockNumber(), cancel);
        var depth = Math.Max(head > confirmations ? head - confirmations : 0, deployment.Block);
        var (latest, confirmed) = await node.AskAsync(
            EthereumCalls.Call(message, BlockId.Latest), EthereumCalls.Call(message, BlockId.Number(depth)), cancel);
        return (latest, confirmed, depth);
    }

    private static FactsAtDepth Pair(CapFacts latest, CapFacts below, ulong depth) =>
        below.Head.Number == depth ? new FactsAtDepth(latest, below) : throw new ChainUnavailableException(ChainFault.BadAnswer);

    private CallMessage Message(FactsQuery query) => new(deployment.Lens, encode(query));

    private CallMessage Message(IReadOnlyList<FactsQuery> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(queries.Count, 1, nameof(queries));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries.Count, CapLensCodec.MaxQueries, nameof(queries));
        return new CallMessage(deployment.Lens, encodeBatch(queries));
    }
}
