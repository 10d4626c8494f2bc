namespace AgentKeys.Ethereum.Rpc;

/// <summary>A contract refused the message: found out by estimating, before anything was sent, or by the receipt.</summary>
/// <param name="revertData">A selector and the error's arguments (<see cref="Abi.RevertReason"/>); null if the node gave none.</param>
/// <param name="transaction">The transaction that is in a block and did nothing; null if none was sent.</param>
public sealed class TransactionRevertedException(byte[]? revertData, Hash32? transaction, Exception? inner = null)
    : Exception("The contract refused the transaction.", inner)
{
    public byte[]? RevertData => revertData;

    public Hash32? Transaction => transaction;
}
