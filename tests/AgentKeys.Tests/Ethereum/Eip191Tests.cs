using System.Text;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class Eip191Tests
{
    [Theory]
    [InlineData("", "0x5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad")]
    [InlineData("hello", "0x50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750")]
    [InlineData("Hello World", "0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2")]
    [InlineData("grüße", "0x72c2d113686c80b6cd7c0890bd28d09912ae3059f045aa1156c2b6ef68b186bf")] // 7 bytes, 5 characters
    public void Messages_hash_as_wallets_hash_them(string message, string digest) =>
        Assert.Equal(digest, Hex.Encode(Eip191.HashMessage(Encoding.UTF8.GetBytes(message))));

    [Fact]
    public void The_length_is_decimal() =>
        Assert.Equal(
            "0x6a37e0b91509decb144d44cf932ba38dd926594952faf4817922845f01fa2908",
            Hex.Encode(Eip191.HashMessage(Encoding.UTF8.GetBytes(new string('x', 1000)))));

    [Fact]
    public void A_wallets_signature_gives_its_address_back()
    {
        var signature = Secp256k1Signature.Parse(Hex.Decode(
            "0xdc009b92222e2770cf41436a9969b014dd7881229daa3c9b2e425057363b8d2e638a8f065554383ca5f0c68b1af8a96b2f004356bb1af3feb91d14a8e819303f1c"));
        Assert.True(Secp256k1.TryRecoverAddress(Eip191.HashMessage("Hello World"u8), signature, out var address));
        Assert.Equal("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", address.ToChecksumString());
    }
}
