namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// The transaction was handed to the node, or may have been, and no receipt came in time. It may still be mined: look for its
/// receipt before doing the same again.
/// </summary>
public sealed class TransactionOutcomeUnknownException(Hash32 transaction, Exception? inner = null)
    : Exception("It is not known what became of the transaction.", inner)
{
    public Hash32 Transaction => transaction;
}
