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
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(queries.Count, 1, nameof(queries));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries.Count, CapLensCodec.MaxQueries, nameof(queries));
        var message = new CallMessage(deployment.Lens, encodeBatch(queries));
        return decodeBatch(await node.AskAsync(EthereumCalls.Call(message, BlockId.Latest), cancel), queries.Count);
    }

    public async Task<FactsAtDepth> GetAsync(FactsQuery query, ulong confirmations, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (confirmations == 0)
            return new FactsAtDepth(await GetAsync(query, cancel), null);

        var head = await node.AskAsync(EthereumCalls.BlockNumber(), cancel);
        var depth = Math.Max(head > confirmations ? head - confirmations : 0, deployment.Block);
        var message = Message(query);
        var (latest, confirmed) = await node.AskAsync(
            EthereumCalls.Call(message, BlockId.Latest), EthereumCalls.Call(message, BlockId.Number(depth)), cancel);

        var below = decode(confirmed);
        return below.Head.Number == depth
            ? new FactsAtDepth(decode(latest), below)
            : throw new ChainUnavailableException(ChainFault.BadAnswer);
    }

    private CallMessage Message(FactsQuery query) => new(deployment.Lens, encode(query));
}
