using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>Why a node does not take a transaction.</summary>
public enum TransactionRefusal
{
    /// <summary>The account cannot pay for the gas.</summary>
    InsufficientFunds,

    /// <summary>Another reason; the inner exception has the node's words, for an operator's log.</summary>
    Other,
}

/// <summary>The node refused to take the transaction. Nothing was sent.</summary>
public sealed class TransactionRefusedException(TransactionRefusal refusal, Exception inner)
    : Exception(refusal == TransactionRefusal.InsufficientFunds ? "The sending account cannot pay for the gas." : "The node refused the transaction.", inner)
{
    public TransactionRefusal Refusal => refusal;

    /// <summary>Clients agree on the words, not on a code.</summary>
    public static TransactionRefusedException From(RpcErrorException e) => new(
        e.UpstreamMessage.Contains("insufficient funds", StringComparison.OrdinalIgnoreCase) ? TransactionRefusal.InsufficientFunds : TransactionRefusal.Other,
        e);
}
