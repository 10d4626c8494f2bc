using AgentKeys.Ethereum.Abi;

namespace AgentKeys.Chain;

/// <summary>A contract refused an operation. Nothing changed on chain; gas was spent only if <see cref="Transaction"/> is set.</summary>
public sealed class RegistryRevertedException(string operation, RevertReason reason, string? transaction, Exception? inner = null)
    : Exception($"{operation} was refused by the contract: {reason}.", inner)
{
    /// <summary>The contract's function.</summary>
    public string Operation => operation;

    /// <summary>The custom error's name; empty if it is none of the deployed contracts'.</summary>
    public string ErrorName => reason.Name;

    /// <summary>The error's arguments by name: <see cref="AgentKeys.Ethereum.Address"/>, <see cref="System.Numerics.BigInteger"/>, <c>byte[]</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Arguments => reason.Arguments;

    /// <summary>Hash of the transaction that reverted in a block; null if the refusal came before anything was sent.</summary>
    public string? Transaction => transaction;
}
