using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Xunit;

namespace AgentKeys.Tests.Abi;

public class AbiReaderWriterTests
{
    private static readonly AbiType Types = AbiType.Parse("(bytes32,uint64,bool,address,uint256,bytes4)");
    private static readonly Address Someone = Address.Parse("0x00000000000000000000000000000000000000ff");

    [Fact]
    public void Writes_what_the_encoder_writes()
    {
        var words = new byte[5 * 32];
        var writer = new AbiWriter(words);
        writer.WriteBytes32(AbiVectors.Ascii("0123456789abcdef0123456789abcdef"));
        writer.WriteUInt64(ulong.MaxValue);
        writer.WriteBool(true);
        writer.WriteAddress(Someone);
        writer.WriteUInt256((BigInteger.One << 256) - 2);

        Assert.Equal(0, writer.Remaining);
        Assert.Equal(
            AbiEncoder.Encode(AbiType.Parse("(bytes32,uint64,bool,address,uint256)"),
                AbiVectors.Ascii("0123456789abcdef0123456789abcdef"), ulong.MaxValue, true, Someone, (BigInteger.One << 256) - 2),
            words);
    }

    [Fact]
    public void Reads_a_struct_straight_through()
    {
        var data = AbiEncoder.Encode(Types, new byte[32], 7UL, true, Someone, BigInteger.Pow(2, 200), new byte[] { 1, 2, 3, 4 });

        var reader = new AbiReader(data);
        Assert.Equal(new byte[32], reader.ReadBytes32().ToArray());
        Assert.Equal(7UL, reader.ReadUInt64());
        Assert.True(reader.ReadBool());
        Assert.Equal(Someone, reader.ReadAddress());
        Assert.Equal(BigInteger.Pow(2, 200), reader.ReadInteger(256));
        Assert.Equal([1, 2, 3, 4], reader.ReadFixedBytes(4).ToArray());
        Assert.Equal(AbiFault.None, reader.Finish());
    }

    [Fact]
    public void The_first_fault_stays()
    {
        var reader = new AbiReader(AbiVectors.Words(["2", "1"]));

        Assert.False(reader.ReadBool());
        Assert.Equal(0UL, reader.ReadUInt64());
        Assert.Equal(AbiFault.BadBool, reader.Finish());
    }

    [Fact]
    public void Reading_past_the_end_or_stopping_early_is_a_fault()
    {
        var past = new AbiReader(new byte[40]);
        past.ReadUInt64();
        past.ReadUInt64();
        Assert.Equal(AbiFault.Truncated, past.Finish());

        var early = new AbiReader(new byte[64]);
        early.ReadUInt64();
        Assert.Equal(AbiFault.TrailingBytes, early.Finish());
    }

    [Theory]
    [InlineData(2, AbiFault.None, "20", "2", "1", "2")]
    [InlineData(0, AbiFault.None, "20", "0")]
    [InlineData(0, AbiFault.Truncated, "20", "3", "1", "2")]
    [InlineData(0, AbiFault.Truncated, "20", "ffffffffffffffff", "1", "2")]
    [InlineData(0, AbiFault.BadPadding, "20", "10000000000000000", "1", "2")]
    [InlineData(0, AbiFault.BadOffset, "40", "2", "1", "2")]
    public void Reads_the_head_of_an_only_array(int count, AbiFault fault, params string[] words)
    {
        var reader = new AbiReader(AbiVectors.Words(words));

        Assert.Equal(count, reader.ReadOnlyArray(1));
        Assert.Equal(fault, reader.Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Small_integers_refuse_larger_ones(int bytes)
    {
        var limit = BigInteger.One << (8 * bytes);
        foreach (var (value, fits) in new[] { (limit - 1, true), (limit, false) })
        {
            var reader = new AbiReader(AbiEncoder.Encode(AbiType.Parse("(uint256)"), value));
            var read = bytes switch { 1 => reader.ReadByte(), 2 => reader.ReadUInt16(), 4 => reader.ReadUInt32(), _ => reader.ReadUInt64() };
            Assert.Equal(fits ? value : 0, read);
            Assert.Equal(fits ? AbiFault.None : AbiFault.BadPadding, reader.Finish());
        }
    }

    [Fact]
    public void A_full_writer_throws()
    {
        Assert.Throws<ArgumentException>(() => new AbiWriter(new byte[31]).WriteBool(true));
        Assert.Throws<ArgumentException>(() => new AbiWriter(new byte[32]).WriteBytes32(new byte[31]));
        Assert.Throws<ArgumentException>(() => new AbiWriter(new byte[32]).WriteUInt256(-1));
        Assert.Throws<ArgumentException>(() => new AbiWriter(new byte[32]).WriteUInt256(BigInteger.One << 256));
    }
}
