using System.Text;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class Keccak256Tests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("The quick brown fox jumps over the lazy dog", "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    [InlineData("Transfer(address,address,uint256)", "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Known_texts(string text, string digest) =>
        Assert.Equal(digest, Hex.Encode(Keccak256.Hash(Encoding.ASCII.GetBytes(text))));

    /// <summary>Lengths about the rate of 136 bytes, where padding fills, fits and overflows a block. Byte i is i mod 251.</summary>
    [Theory]
    [InlineData(134, "0x861e165162f806cd361c4421a48f205820ddf4deb02db9f041f48e179ddada97")]
    [InlineData(135, "0xcbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62")]
    [InlineData(136, "0x7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e")]
    [InlineData(137, "0xac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db")]
    [InlineData(271, "0x27eceb59ebc3dc8a04a5b135be641591a7278540e4556a2ba9f408194e666ec3")]
    [InlineData(272, "0x8e2476e65823b24d96ebe239f2c1534cdf763e689e2410c3b1cb0c74e6177bfc")]
    [InlineData(273, "0x3f02f134370e4debb95140ef49ddd3aed8c65ff1ed83a43f1b269421f179c5f9")]
    [InlineData(100_000, "0x6471ac9ab04fbc0d56ac61af4d291f678837a91f8e5d581a2a921d242234b6c7")]
    public void Lengths_about_the_block_boundary(int length, string digest)
    {
        var data = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
        Assert.Equal(digest, Hex.Encode(Keccak256.Hash(data)));
    }

    [Fact]
    public void Is_not_the_SHA3_of_the_standard() =>
        Assert.NotEqual("0xa7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a", Hex.Encode(Keccak256.Hash([])));

    [Fact]
    public void Writes_over_its_own_input()
    {
        var buffer = Keccak256.Hash("abc"u8);
        var expected = Keccak256.Hash(buffer);
        Keccak256.Hash(buffer, buffer);
        Assert.Equal(expected, buffer);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void A_destination_of_another_size_is_a_bug(int size) =>
        Assert.Throws<ArgumentException>(() => Keccak256.Hash([], new byte[size]));
}
