using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>A transaction before it is signed, of either kind.</summary>
/// <param name="FeePerGas">Wei: the price, or the most that base fee and tip may be together.</param>
/// <param name="Tip">Wei per gas, of type 2 (EIP-1559); null: a transaction with one gas price.</param>
/// <param name="To">Null creates a contract.</param>
/// <param name="Value">Wei.</param>
public sealed record UnsignedTransaction(
    ulong ChainId, ulong Nonce, ulong GasLimit, BigInteger FeePerGas, BigInteger? Tip, Address? To, BigInteger Value, ReadOnlyMemory<byte> Data)
{
    /// <summary>What is signed, 32 bytes: the keccak256 of the unsigned payload.</summary>
    public byte[] SigningHash() => Tip is null ? Legacy().SigningHash() : Eip1559().SigningHash();

    public SignedTransaction Sign(ISecp256k1Signer signer) => Tip is null ? Legacy().Sign(signer) : Eip1559().Sign(signer);

    private LegacyTransaction Legacy() => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        GasPrice = FeePerGas,
        GasLimit = GasLimit,
        To = To,
        Value = Value,
        Data = Data,
    };

    private Eip1559Transaction Eip1559() => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        MaxFeePerGas = FeePerGas,
        MaxPriorityFeePerGas = Tip!.Value,
        GasLimit = GasLimit,
        To = To,
        Value = Value,
        Data = Data,
    };
}

/// <summary>Encodes and signs a transaction, so that a node takes it.</summary>
/// <param name="transaction">Every field is signed as it is.</param>
/// <param name="signer">Whose account it is.</param>
public delegate Task<SignedTransaction> TransactionSigning(UnsignedTransaction transaction, ISecp256k1Signer signer);
