using System.Numerics;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class TransactionTests
{
    /// <summary>The second account of every development chain.</summary>
    private static Secp256k1Key DevKey() =>
        Secp256k1Key.FromPrivateKey(Hex.Decode("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"), Secp256k1Backend.Portable);

    private static readonly LegacyTransaction Example155 = new()
    {
        ChainId = 1,
        Nonce = 9,
        GasPrice = 20_000_000_000,
        GasLimit = 21_000,
        To = Address.Parse("0x3535353535353535353535353535353535353535"),
        Value = BigInteger.Pow(10, 18),
    };

    private static readonly Eip1559Transaction Call = new()
    {
        ChainId = 31337,
        Nonce = 7,
        MaxPriorityFeePerGas = 1_500_000_000,
        MaxFeePerGas = 40_000_000_000,
        GasLimit = 123_456,
        To = Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"),
        Value = BigInteger.Pow(10, 18),
        Data = new byte[] { 0xde, 0xad, 0xbe, 0xef },
    };

    [Fact]
    public void The_example_of_EIP_155()
    {
        using var key = Secp256k1Key.FromPrivateKey(Enumerable.Repeat((byte)0x46, 32).ToArray(), Secp256k1Backend.Portable);
        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", Hex.Encode(Example155.SigningHash()));
        var signed = Example155.Sign(key);
        Assert.Equal(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
            + "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Hex.Encode(signed.Raw));
        Assert.Equal(Keccak256.Hash(signed.Raw), signed.Hash);
    }

    [Fact]
    public void A_legacy_transaction_on_another_chain()
    {
        using var key = DevKey();
        var signed = new LegacyTransaction { ChainId = 212013, Nonce = 0, GasPrice = 1, GasLimit = 21_000, To = key.Address }.Sign(key);
        Assert.Equal(
            "0xf86280018252089470997970c51812dc3a010c7d01b50e0d17dc79c880808306787e"
            + "a0a2f51bf69b628298226b659ed64ed05c0463cca4972f4c9663555b39e6d5d43d"
            + "a03e6806c18bc9fad105011ed790fb2514b8327e07f4c29e9d4a755d9fd7849ac8",
            Hex.Encode(signed.Raw));
        Assert.Equal("0xce6254225f48fde4d43e738b588df9863f2778198df33a6a449e6b9258d2ad8f", signed.ToString());
    }

    [Fact]
    public void A_call_of_type_2()
    {
        using var key = DevKey();
        var signed = Call.Sign(key);
        Assert.Equal(
            "0x02f87a827a69078459682f008509502f90008301e240945fbdb2315678afecb367f032d93f642f64180aa3880de0b6b3a764000084deadbeefc080"
            + "a02b173b3c9efb32afa0e884c91523025a3ae19abc6a11c6d7f416ffef12c6fe8f"
            + "a06fd767929a49b95205f0497fe30deda4270f141623e95db5c4a1a57b6016d727",
            Hex.Encode(signed.Raw));
        Assert.Equal("0x893b81b6771abc20b0fbb22aa863c9c6c98c3a36aae625c01999d89ec867f625", signed.ToString());
    }

    [Fact]
    public void A_creation_of_type_2_with_an_access_list()
    {
        using var key = DevKey();
        var signed = (Call with
        {
            Nonce = 0,
            To = null,
            Value = 0,
            Data = Enumerable.Repeat((byte)0x60, 70).ToArray(),
            AccessList =
            [
                new() { Address = Call.To!.Value, StorageKeys = [[.. new byte[31], 1], [.. Enumerable.Repeat((byte)0xff, 32)]] },
                new() { Address = key.Address },
            ],
        }).Sign(key);
        Assert.Equal("0x58838567c739124956689b7196a1cc2e1626456992fadfc0929ba6c89fb8ea00", signed.ToString());
    }

    [Fact]
    public void Whatever_signs_the_sender_is_recovered()
    {
        using var key = Secp256k1Key.Generate();
        Assert.True(Secp256k1.TryRecoverAddress(Call.SigningHash(), key.SignDigest(Call.SigningHash()), out var sender));
        Assert.Equal(key.Address, sender);

        // Every field is signed.
        Eip1559Transaction[] others =
        [
            Call with { ChainId = 1 }, Call with { Nonce = 8 }, Call with { MaxPriorityFeePerGas = 1 }, Call with { MaxFeePerGas = BigInteger.Pow(2, 255) },
            Call with { GasLimit = 1 }, Call with { To = null }, Call with { Value = 0 }, Call with { Data = default },
            Call with { AccessList = [new() { Address = key.Address }] },
        ];
        Assert.DoesNotContain(others, other => other.SigningHash().AsSpan().SequenceEqual(Call.SigningHash()));
        Assert.Equal(others.Length, others.Select(other => Hex.Encode(other.SigningHash())).Distinct().Count());
    }

    [Fact]
    public void Leading_zeros_of_r_and_s_are_not_written()
    {
        byte[] small = [.. new byte[31], 5];
        var raw = Call.WithSignature(new Secp256k1Signature(small, small, 1)).Raw;
        Assert.Equal([1, 5, 5], raw[^3..]);
    }

    [Fact]
    public void Amounts_outside_256_bits_are_refused()
    {
        BigInteger[] wrong = [-1, BigInteger.Pow(2, 256)];
        foreach (var amount in wrong)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Call with { Value = amount });
            Assert.Throws<ArgumentOutOfRangeException>(() => Call with { MaxFeePerGas = amount });
            Assert.Throws<ArgumentOutOfRangeException>(() => Call with { MaxPriorityFeePerGas = amount });
            Assert.Throws<ArgumentOutOfRangeException>(() => Example155 with { Value = amount });
            Assert.Throws<ArgumentOutOfRangeException>(() => Example155 with { GasPrice = amount });
        }

        Assert.NotEmpty((Example155 with { Value = BigInteger.Pow(2, 256) - 1 }).SigningHash());
    }

    [Fact]
    public void Other_fields_that_no_chain_takes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Call with { ChainId = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Example155 with { ChainId = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Call with { Nonce = ulong.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => Example155 with { Nonce = ulong.MaxValue });
        Assert.Throws<InvalidOperationException>(() => (Call with { MaxPriorityFeePerGas = Call.MaxFeePerGas + 1 }).SigningHash());
        Assert.Throws<ArgumentException>(() => new AccessListEntry { Address = default, StorageKeys = [new byte[31]] });

        using var key = DevKey();
        var high = new Secp256k1Signature(ArithmeticTests.Bytes32(5), ArithmeticTests.Bytes32(ArithmeticTests.N - 5), 0);
        Assert.Throws<ArgumentException>(() => Call.WithSignature(high));
        Assert.Throws<ArgumentException>(() => Example155.WithSignature(high));
    }

    [Fact]
    public void The_largest_chain_id_still_has_a_v()
    {
        using var key = DevKey();
        var reader = new RlpReader((Example155 with { ChainId = ulong.MaxValue }).Sign(key).Raw);
        Assert.True(reader.TryReadList(out var fields));
        for (var i = 0; i < 6; i++)
            Assert.True(fields.TryReadBytes(out _));
        Assert.True(fields.TryReadInteger(out var v));
        Assert.InRange(v - 35 - 2 * (BigInteger)ulong.MaxValue, 0, 1);
    }
}
