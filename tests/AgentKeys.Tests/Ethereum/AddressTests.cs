using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class AddressTests
{
    /// <summary>The examples of EIP-55.</summary>
    public static TheoryData<string> Eip55 =>
    [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    [Theory]
    [MemberData(nameof(Eip55))]
    public void Checksums_are_those_of_the_standard(string text)
    {
        var address = Address.Parse(text);
        Assert.Equal(text, address.ToChecksumString());
        Assert.Equal(text.ToLowerInvariant(), address.ToString());
        Assert.Equal(address, Address.Parse(text.ToLowerInvariant()));
        Assert.Equal(address, Address.Parse("0x" + text[2..].ToUpperInvariant()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg")]
    [InlineData("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")] // one letter's case changed
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAee")] // one digit changed
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Address.TryParse(text, out var address));
        Assert.True(address.IsZero);
        Assert.Throws<FormatException>(() => Address.Parse(text));
    }

    [Fact]
    public void Bytes_go_in_and_out()
    {
        byte[] bytes = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
        var address = Address.FromBytes(bytes);
        Assert.Equal(bytes, address.ToArray());
        var wide = new byte[22];
        address.CopyTo(wide.AsSpan(1));
        Assert.Equal([0, .. bytes, 0], wide);
        Assert.Throws<ArgumentException>(() => address.CopyTo(new byte[19]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(32)]
    public void Bytes_of_another_size_are_a_bug(int size) =>
        Assert.Throws<ArgumentException>(() => Address.FromBytes(new byte[size]));

    [Fact]
    public void Equality_is_of_the_bytes()
    {
        var one = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        var same = Address.FromBytes(one.ToArray());
        var other = Address.FromBytes([.. one.ToArray()[..19], 0xee]);
        Assert.True(one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.True(one != other && !one.Equals((object)other) && !one.Equals("0x"));
        Assert.True(Address.Zero.IsZero && default(Address) == Address.Zero && !one.IsZero);
    }
}
