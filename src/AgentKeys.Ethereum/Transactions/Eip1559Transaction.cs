using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// A transaction of type 2 (EIP-1559): the sender bounds the whole fee and the tip. Amounts are in wei, from 0 to 2^256 - 1, and are
/// checked when they are set; the tip against the whole fee when the transaction is encoded.
/// </summary>
public sealed record Eip1559Transaction
{
    private const byte Type = 2;

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

    /// <summary>Wei for each unit of gas that the block's producer may keep; at most <see cref="MaxFeePerGas"/>.</summary>
    public required BigInteger MaxPriorityFeePerGas { get; init => field = Amount.Check(value, nameof(MaxPriorityFeePerGas)); }

    /// <summary>Wei for each unit of gas, base fee and tip together, at most.</summary>
    public required BigInteger MaxFeePerGas { get; init => field = Amount.Check(value, nameof(MaxFeePerGas)); }

    /// <summary>Units of gas.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Whom it calls or pays; null creates a contract.</summary>
    public Address? To { get; init; }

    /// <summary>Wei that go along.</summary>
    public BigInteger Value { get; init => field = Amount.Check(value, nameof(Value)); }

    /// <summary>Call data or, for a creation, init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Addresses and slots that are paid for in advance (EIP-2930); none unless set.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>What is signed: keccak256(0x02 || the nine fields).</summary>
    /// <exception cref="InvalidOperationException">The tip is above the whole fee: every node refuses that.</exception>
    public byte[] SigningHash() => Keccak256.Hash(Encode([]));

    public SignedTransaction Sign(ISecp256k1Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return WithSignature(signer.SignDigest(SigningHash()));
    }

    /// <summary>The transaction with a signature of <see cref="SigningHash"/> that was made elsewhere.</summary>
    /// <exception cref="ArgumentException">High s, which the chain refuses (EIP-2).</exception>
    public SignedTransaction WithSignature(in Secp256k1Signature signature)
    {
        if (!signature.IsLowS)
            throw new ArgumentException("A transaction's signature has low s.", nameof(signature));

        return SignedTransaction.From(Encode(
        [
            Rlp.EncodeInteger(signature.V),
            TransactionFields.Number(signature.R),
            TransactionFields.Number(signature.S),
        ]));
    }

    private byte[] Encode(byte[][] last)
    {
        if (MaxPriorityFeePerGas > MaxFeePerGas)
            throw new InvalidOperationException("The priority fee is part of the whole fee and cannot be above it.");

        return
        [
            Type,
            .. Rlp.EncodeList(
            [
                Rlp.EncodeInteger(ChainId),
                Rlp.EncodeInteger(Nonce),
                Rlp.EncodeInteger(MaxPriorityFeePerGas),
                Rlp.EncodeInteger(MaxFeePerGas),
                Rlp.EncodeInteger(GasLimit),
                TransactionFields.To(To),
                Rlp.EncodeInteger(Value),
                Rlp.EncodeBytes(Data.Span),
                Rlp.EncodeList([.. AccessList.Select(entry => entry.Encode())]),
                .. last,
            ]),
        ];
    }
}
