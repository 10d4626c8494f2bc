using System.Numerics;
using System.Text;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class RlpTests
{
    private static byte[] Text(string text) => Rlp.EncodeBytes(Encoding.ASCII.GetBytes(text));

    [Fact]
    public void Examples_of_the_specification()
    {
        Assert.Equal("0x83646f67", Hex.Encode(Text("dog")));
        Assert.Equal("0xc88363617483646f67", Hex.Encode(Rlp.EncodeList(Text("cat"), Text("dog"))));
        Assert.Equal("0x80", Hex.Encode(Text("")));
        Assert.Equal("0xc0", Hex.Encode(Rlp.EncodeList()));
        Assert.Equal("0x80", Hex.Encode(Rlp.EncodeInteger(0)));
        Assert.Equal("0x00", Hex.Encode(Rlp.EncodeBytes([0])));
        Assert.Equal("0x0f", Hex.Encode(Rlp.EncodeInteger(15)));
        Assert.Equal("0x820400", Hex.Encode(Rlp.EncodeInteger(1024)));
        Assert.Equal("0x8180", Hex.Encode(Rlp.EncodeInteger(128)));

        // The set-theoretical representation of three.
        var zero = Rlp.EncodeList();
        var one = Rlp.EncodeList(zero);
        Assert.Equal("0xc7c0c1c0c3c0c1c0", Hex.Encode(Rlp.EncodeList(zero, one, Rlp.EncodeList(zero, one))));

        var lorem = Text("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
        Assert.Equal(58, lorem.Length);
        Assert.Equal("0xb8384c6f72656d", Hex.Encode(lorem.AsSpan(0, 7)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(55, 1)]
    [InlineData(56, 2)]
    [InlineData(255, 2)]
    [InlineData(256, 3)]
    [InlineData(65536, 4)]
    public void Strings_and_lists_of_every_length_come_back(int length, int prefix)
    {
        var bytes = Enumerable.Repeat((byte)0xaa, length).ToArray();
        var encoded = Rlp.EncodeBytes(bytes);
        Assert.Equal(prefix + length, encoded.Length);
        var reader = new RlpReader(encoded);
        Assert.True(reader.TryReadBytes(out var read) && reader.IsAtEnd);
        Assert.True(read.SequenceEqual(bytes));

        var list = Rlp.EncodeList([.. Enumerable.Repeat(new byte[] { 5 }, length)]);
        Assert.Equal(prefix + length, list.Length);
        reader = new RlpReader(list);
        Assert.True(reader.IsAtList);
        Assert.True(reader.TryReadList(out var items));
        Assert.True(reader.IsAtEnd);
        var count = 0;
        while (items.TryReadInteger(out var five))
        {
            Assert.Equal(5, five);
            count++;
        }

        Assert.True(count == length && items.IsAtEnd);
    }

    [Fact]
    public void Numbers_come_back_up_to_256_bits()
    {
        BigInteger[] numbers = [0, 1, 127, 128, 255, 256, ulong.MaxValue, BigInteger.Pow(2, 256) - 1];
        foreach (var number in numbers)
        {
            var reader = new RlpReader(Rlp.EncodeInteger(number));
            Assert.True(reader.TryReadInteger(out var read) && reader.IsAtEnd);
            Assert.Equal(number, read);
        }

        Assert.False(new RlpReader(Rlp.EncodeInteger(BigInteger.Pow(2, 256))).TryReadInteger(out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rlp.EncodeInteger(-1));
    }

    [Theory]
    [InlineData("0x")]             // nothing
    [InlineData("0x8100")]         // one byte below 0x80 with a prefix
    [InlineData("0x817f")]
    [InlineData("0x81")]           // cut short
    [InlineData("0x83646f")]
    [InlineData("0xb800")]         // long form for a short length
    [InlineData("0xb837" + Fifty5)]
    [InlineData("0xb90038" + Fifty5 + "aa")] // length with a leading zero
    [InlineData("0xb838" + Fifty5)] // long form, cut short
    [InlineData("0xb8")]
    [InlineData("0xb9ff")]
    [InlineData("0xbbffffffff")]   // four gigabytes
    [InlineData("0xbfffffffffffffffff")]
    [InlineData("0xbf8000000000000000")]
    [InlineData("0xc0")]           // a list is no string
    public void Strings_that_are_not_canonical_are_refused(string hex)
    {
        var reader = new RlpReader(Hex.Decode(hex));
        Assert.False(reader.TryReadBytes(out var bytes));
        Assert.True(bytes.IsEmpty);
        Assert.False(reader.TryReadInteger(out _));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x80")]           // a string is no list
    [InlineData("0x05")]
    [InlineData("0xc1")]           // cut short
    [InlineData("0xc3c0c0")]
    [InlineData("0xf800")]         // long form for a short length
    [InlineData("0xf837" + Fifty5)]
    [InlineData("0xf90038" + Fifty5 + "aa")]
    [InlineData("0xf838" + Fifty5)]
    [InlineData("0xfbffffffff")]
    [InlineData("0xffffffffffffffffff")]
    public void Lists_that_are_not_canonical_are_refused(string hex)
    {
        var reader = new RlpReader(Hex.Decode(hex));
        Assert.False(reader.TryReadList(out var items));
        Assert.True(items.IsAtEnd);
    }

    [Theory]
    [InlineData("0x00")]
    [InlineData("0x820001")]
    [InlineData("0xa100" + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Numbers_with_leading_zeros_are_refused_and_nothing_is_taken(string hex)
    {
        var reader = new RlpReader(Hex.Decode(hex));
        Assert.False(reader.TryReadInteger(out var value));
        Assert.True(value.IsZero);
        Assert.True(reader.TryReadBytes(out _));
    }

    [Fact]
    public void What_is_inside_a_list_cannot_reach_past_it()
    {
        // A list of one byte, 0x83, whose string would go on after the list.
        var reader = new RlpReader(Hex.Decode("0xc183646f67"));
        Assert.True(reader.TryReadList(out var items));
        Assert.False(items.TryReadBytes(out _));
        Assert.False(reader.IsAtEnd);
    }

    private const string Fifty5 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
}
