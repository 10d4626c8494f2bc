using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// A transaction with one gas price, bound to its chain by EIP-155. Amounts are in wei, from 0 to 2^256 - 1, and are checked
/// when they are set.
/// </summary>
public sealed record LegacyTransaction
{
    /// <summary>The chain, at least 1: what is signed for one is nothing on another.</summary>
    public required ulong ChainId
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfZero(value);
            field = value;
        }
    }

    /// <summary>Transactions that the sender sent before, at most 2^64 - 2 (EIP-2681).</summary>
    public required ulong Nonce
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfEqual(value, ulong.MaxValue);
            field = value;
        }
    }

    /// <summary>Wei for each unit of gas.</summary>
    public required BigInteger GasPrice { get; init => field = Amount.Check(value, nameof(GasPrice)); }

    /// <summary>Units of gas.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Whom it calls or pays; null creates a contract.</summary>
    public Address? To { get; init; }

    /// <summary>Wei that go along.</summary>
    public BigInteger Value { get; init => field = Amount.Check(value, nameof(Value)); }

    /// <summary>Call data or, for a creation, init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>What is signed: six fields, then the chain id and two zeros (EIP-155).</summary>
    public byte[] SigningHash() => Keccak256.Hash(Encode([Rlp.EncodeInteger(ChainId), Rlp.EncodeInteger(0), Rlp.EncodeInteger(0)]));

    public SignedTransaction Sign(ISecp256k1Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return WithSignature(signer.SignDigest(SigningHash()));
    }

    /// <summary>The transaction with a signature of <see cref="SigningHash"/> that was made elsewhere; v = 35 + 2 chain id + V.</summary>
    /// <exception cref="ArgumentException">High s, which the chain refuses (EIP-2).</exception>
    public SignedTransaction WithSignature(in Secp256k1Signature signature)
    {
        if (!signature.IsLowS)
            throw new ArgumentException("A transaction's signature has low s.", nameof(signature));

        return SignedTransaction.From(Encode(
        [
            Rlp.EncodeInteger(35 + 2 * (BigInteger)ChainId + signature.V),
            TransactionFields.Number(signature.R),
            TransactionFields.Number(signature.S),
        ]));
    }

    private byte[] Encode(byte[][] last) => Rlp.EncodeList(
    [
        Rlp.EncodeInteger(Nonce),
        Rlp.EncodeInteger(GasPrice),
        Rlp.EncodeInteger(GasLimit),
        TransactionFields.To(To),
        Rlp.EncodeInteger(Value),
        Rlp.EncodeBytes(Data.Span),
        .. last,
    ]);
}
