using System.Numerics;
using AgentKeys.Ethereum.Abi;
using Xunit;

namespace AgentKeys.Tests.Abi;

public class AbiCodecTests
{
    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, AbiVectors.All.Length)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Encodes_the_vectors(int index)
    {
        var (types, values, words) = AbiVectors.All[index];

        Assert.Equal(Convert.ToHexString(AbiVectors.Words(words)), Convert.ToHexString(AbiEncoder.Encode(AbiType.Parse(types), values)));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Decodes_the_vectors_and_encodes_them_back(int index)
    {
        var (types, _, words) = AbiVectors.All[index];
        var data = AbiVectors.Words(words);

        Assert.Equal(AbiFault.None, AbiDecoder.Decode(AbiType.Parse(types), data, out var values));
        Assert.Equal(data, AbiEncoder.Encode(AbiType.Parse(types), values));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Refuses_the_vectors_cut_short_or_with_more_behind(int index)
    {
        var (types, _, words) = AbiVectors.All[index];
        var type = AbiType.Parse(types);
        var data = AbiVectors.Words(words);

        for (var length = 0; length < data.Length; length++)
            Assert.Equal(AbiFault.Truncated, AbiDecoder.Decode(type, data.AsSpan(0, length), out _));
        Assert.Equal(AbiFault.TrailingBytes, AbiDecoder.Decode(type, [.. data, 0], out _));
        Assert.Equal(AbiFault.TrailingBytes, AbiDecoder.Decode(type, [.. data, .. new byte[32]], out _));
    }

    /// <summary>Any changed byte is either refused or another value with that one encoding: never a second encoding of the same.</summary>
    [Theory]
    [MemberData(nameof(Vectors))]
    public void Every_value_has_one_encoding(int index)
    {
        var (types, _, words) = AbiVectors.All[index];
        var type = AbiType.Parse(types);
        var data = AbiVectors.Words(words);

        for (var i = 0; i < data.Length; i++)
        {
            foreach (var bit in new byte[] { 1, 0x10, 0x80, 0xff })
            {
                var changed = data.ToArray();
                changed[i] ^= bit;
                if (AbiDecoder.Decode(type, changed, out var values) == AbiFault.None)
                    Assert.Equal(changed, AbiEncoder.Encode(type, values));
            }
        }
    }

    [Theory]
    [InlineData("(bool)", AbiFault.BadBool, "2")]
    [InlineData("(bool)", AbiFault.BadBool, "101")]
    [InlineData("(uint8)", AbiFault.BadPadding, "100")]
    [InlineData("(int8)", AbiFault.BadPadding, "80")]
    [InlineData("(int8)", AbiFault.BadPadding, "ff")]
    [InlineData("(address)", AbiFault.BadPadding, "10000000000000000000000000000000000000000")]
    [InlineData("(bytes31)", AbiFault.BadPadding, "1")]
    [InlineData("(bytes)", AbiFault.BadPadding, "20", "1", "aabb<")]
    [InlineData("(bytes)", AbiFault.BadOffset, "0")]
    [InlineData("(bytes)", AbiFault.BadOffset, "1f", "0", "0")]
    [InlineData("(bytes)", AbiFault.BadOffset, "40", "0", "0")]
    [InlineData("(bytes)", AbiFault.BadOffset, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0", "0")]
    [InlineData("(bytes,bytes)", AbiFault.BadOffset, "40", "40", "1", "aa<")]
    [InlineData("(bytes)", AbiFault.Truncated, "20", "7fffffff", "0")]
    [InlineData("(bytes)", AbiFault.Truncated, "20", "80000000", "0")]
    [InlineData("(bytes)", AbiFault.Truncated, "20", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "0")]
    [InlineData("(uint256[])", AbiFault.Truncated, "20", "7fffffff", "0")]
    [InlineData("(bytes32[1000][])", AbiFault.Truncated, "20", "7fffffff", "0")]
    [InlineData("(bytes[][])", AbiFault.BadOffset, "20", "2", "20", "20")]
    [InlineData("(string)", AbiFault.BadText, "20", "1", "ff<")]
    [InlineData("(string)", AbiFault.BadText, "20", "3", "eda080<")]
    public void Refuses_with_the_reason(string types, AbiFault fault, params string[] words)
    {
        Assert.Equal(fault, AbiDecoder.Decode(AbiType.Parse(types), AbiVectors.Words(words), out var values));
        Assert.Empty(values);
    }

    [Fact]
    public void A_length_beyond_the_input_allocates_nothing()
    {
        var type = AbiType.Parse("(uint256[])");
        var data = AbiVectors.Words(["20", "7fffffff", "0"]);
        AbiDecoder.Decode(type, data, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        AbiDecoder.Decode(type, data, out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Theory]
    [InlineData("(uint8)", 256)]
    [InlineData("(uint8)", -1)]
    [InlineData("(int8)", 128)]
    [InlineData("(int8)", -129)]
    [InlineData("(bytes32)", 1)]
    [InlineData("(bool)", 1)]
    [InlineData("(address)", "0x00000000000000000000000000000000000000ff")]
    [InlineData("(string)", null)]
    [InlineData("(uint256[])", 1)]
    public void A_value_that_does_not_fit_throws(string types, object? value) =>
        Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.Parse(types), value));

    [Fact]
    public void The_message_of_a_misfit_says_where()
    {
        var e = Assert.Throws<ArgumentException>(() =>
            AbiEncoder.Encode(AbiType.Parse("((bytes32 service, uint64 until)[] grants)"), (object)new object[] { (new byte[32], 1), (new byte[31], 1) }));

        Assert.Contains(".grants.[1].service", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_or_too_many_values_throw()
    {
        Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.Parse("(uint8,uint8)"), 1));
        Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.Parse("(uint8[2])"), (object)new object[] { 1, 2, 3 }));
        Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.Bytes32, new byte[32]));
    }

    [Fact]
    public void Integers_of_every_width_go_round()
    {
        for (var bits = 8; bits <= 256; bits += 8)
        {
            var half = BigInteger.One << (bits - 1);
            foreach (var value in new[] { BigInteger.Zero, 1, half - 1, half, 2 * half - 1 })
                RoundTrip(AbiType.TupleOf([new("", AbiType.UInt(bits))]), value);
            foreach (var value in new[] { BigInteger.Zero, 1, -1, half - 1, -half })
                RoundTrip(AbiType.TupleOf([new("", AbiType.Int(bits))]), value);
            foreach (var value in new[] { -1, 2 * half })
                Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.TupleOf([new("", AbiType.UInt(bits))]), value));
            foreach (var value in new[] { half, -half - 1 })
                Assert.Throws<ArgumentException>(() => AbiEncoder.Encode(AbiType.TupleOf([new("", AbiType.Int(bits))]), value));
        }
    }

    private static void RoundTrip(AbiType type, object value)
    {
        Assert.Equal(AbiFault.None, AbiDecoder.Decode(type, AbiEncoder.Encode(type, value), out var back));
        Assert.Equal(value, back[0]);
    }
}
