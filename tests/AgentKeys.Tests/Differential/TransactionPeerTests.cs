using System.Globalization;
using System.Numerics;
using System.Text.Json;
using AgentKeys.Ethereum;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>Transactions of both kinds as ethers and viem sign and read them. Numbers stay below 2^53 where JavaScript's own are used.</summary>
public sealed class TransactionPeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output)
{
    /// <summary>Nonces by RFC 6979 on both sides, so not a byte may differ.</summary>
    [PeerFact]
    public Task What_we_sign_is_what_they_sign() => CompareAsync(
        "transactions.sign", 200, TransactionCase.Random, c => new { key = Hex.Encode(c.Key), transaction = c.Question }, (c, theirs) =>
        {
            var (signed, signingHash) = c.Sign(Secp256k1Backend.Portable);
            Assert.Equal(theirs.GetProperty("signingHash").GetString(), Hex.Encode(signingHash));
            Assert.Equal(theirs.GetProperty("raw").GetString(), Hex.Encode(signed.Raw));
            Assert.Equal(theirs.GetProperty("hash").GetString(), signed.ToString());
            return true;
        });

    /// <summary>Random nonces, by the framework.</summary>
    [PeerFact]
    public Task They_read_in_ours_what_we_put_in() => CompareAsync(
        "transactions.read", 200, r => TransactionCase.Random(r) is var c ? (Case: c, Raw: c.Sign(Secp256k1Backend.Auto).Signed.Raw) : default,
        c => new { raw = Hex.Encode(c.Raw) }, (c, theirs) =>
        {
            using var key = Secp256k1Key.FromPrivateKey(c.Case.Key);
            Assert.Equal(key.Address.ToString(), theirs.GetProperty("from").GetString());
            var expected = JsonSerializer.SerializeToElement(c.Case.Question);
            foreach (var field in expected.EnumerateObject())
                Assert.True(JsonElement.DeepEquals(field.Value, theirs.GetProperty(field.Name)), field.Name);
            return true;
        });

    [PeerFact]
    public Task A_tip_above_the_fee_is_refused_by_all() => CompareAsync(
        "transactions.sign", 50, r => TransactionCase.Random(r, legacy: false) with { TipAbove = 1 + r.Unsigned(30) },
        c => new { key = Hex.Encode(c.Key), transaction = c.Question }, (c, theirs) =>
        {
            Assert.Equal(JsonValueKind.Null, theirs.ValueKind);
            Assert.Throws<InvalidOperationException>(() => c.Sign(Secp256k1Backend.Portable));
            return true;
        });

    [PeerFact]
    public Task High_s_is_refused_in_a_transaction_by_both() => CompareAsync(
        "transactions.takesSignature", 400, SignatureNearTheMiddle, c => new { r = Hex.Encode(c.R), s = Hex.Encode(c.S), v = c.V }, (c, theirs) =>
        {
            Assert.Equal(theirs.GetBoolean(), c.IsLowS);
            if (!c.IsLowS)
                Assert.Throws<ArgumentException>(() => new LegacyTransaction { ChainId = 1, Nonce = 0, GasPrice = 1, GasLimit = 1 }.WithSignature(c));
            return c.IsLowS;
        }, both: true);

    private static Secp256k1Signature SignatureNearTheMiddle(RandomInputs random)
    {
        var order = new BigInteger(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"), isUnsigned: true, isBigEndian: true);
        var s = random.OneIn(2) ? order / 2 - 2 + random.Next(5) : 1 + random.Unsigned(256) % (order - 1);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Secp256k1Signature(random.PrivateKey(), [.. new byte[32 - bytes.Length], .. bytes], random.Next(2));
    }
}

/// <summary>A random transaction and the key that signs it.</summary>
internal sealed record TransactionCase
{
    private const int SafeBits = 53;

    public required byte[] Key { get; init; }
    public required bool Legacy { get; init; }
    public required ulong ChainId { get; init; }
    public required ulong Nonce { get; init; }
    public required ulong Gas { get; init; }
    public required Address? To { get; init; }
    public required BigInteger Value { get; init; }
    public required byte[] Data { get; init; }
    public required BigInteger Fee { get; init; }
    public required BigInteger Tip { get; init; }
    public required AccessListEntry[] AccessList { get; init; }

    /// <summary>How much the tip is above the whole fee; zero in a valid one.</summary>
    public BigInteger TipAbove { get; init; }

    /// <summary>The fields by the peers' names, numbers as decimal text.</summary>
    public Dictionary<string, object?> Question
    {
        get
        {
            var fields = new Dictionary<string, object?>
            {
                ["chainId"] = Text(ChainId),
                ["nonce"] = Text(Nonce),
                ["gas"] = Text(Gas),
                ["to"] = To?.ToString(),
                ["value"] = Text(Value),
                ["data"] = Hex.Encode(Data),
            };
            if (Legacy)
            {
                fields["gasPrice"] = Text(Fee);
                return fields;
            }

            fields["maxFee"] = Text(Fee);
            fields["tip"] = Text(ActualTip);
            fields["accessList"] = AccessList.Select(e => new { address = e.Address.ToString(), storageKeys = e.StorageKeys.Select(k => Hex.Encode(k)).ToArray() }).ToArray();
            return fields;
        }
    }

    private BigInteger ActualTip => TipAbove.IsZero ? Tip : Fee + TipAbove;

    public static TransactionCase Random(RandomInputs random) => Random(random, random.OneIn(2));

    public static TransactionCase Random(RandomInputs random, bool legacy)
    {
        var fee = random.Unsigned(random.OneIn(10) ? 200 : 64);
        return new TransactionCase
        {
            Key = random.PrivateKey(),
            Legacy = legacy,
            ChainId = 1 + (ulong)random.Unsigned(random.OneIn(2) ? 20 : SafeBits - 1) / 2,
            Nonce = (ulong)random.Unsigned(random.OneIn(2) ? 8 : SafeBits),
            Gas = (ulong)random.Unsigned(64),
            To = random.OneIn(5) ? null : random.Address(),
            Value = random.Unsigned(256),
            Data = random.SomeBytes(300),
            Fee = fee,
            Tip = random.Unsigned(64) % (fee + 1),
            AccessList = random.OneIn(2) ? [] : [.. Enumerable.Range(0, random.Next(4)).Select(_ => new AccessListEntry
            {
                Address = random.Address(),
                StorageKeys = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Bytes(32))],
            })],
        };
    }

    public (SignedTransaction Signed, byte[] SigningHash) Sign(Secp256k1Backend backend)
    {
        using var key = Secp256k1Key.FromPrivateKey(Key, backend);
        if (Legacy)
        {
            var legacy = new LegacyTransaction { ChainId = ChainId, Nonce = Nonce, GasPrice = Fee, GasLimit = Gas, To = To, Value = Value, Data = Data };
            return (legacy.Sign(key), legacy.SigningHash());
        }

        var transaction = new Eip1559Transaction
        {
            ChainId = ChainId,
            Nonce = Nonce,
            MaxFeePerGas = Fee,
            MaxPriorityFeePerGas = ActualTip,
            GasLimit = Gas,
            To = To,
            Value = Value,
            Data = Data,
            AccessList = AccessList,
        };
        return (transaction.Sign(key), transaction.SigningHash());
    }

    private static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
