using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Tokens;

/// <summary>The outer form, before any key is asked.</summary>
public class CompactJwsTests
{
    // 4 + 1 + 4004 + 1 + 86 characters, and 6 + 1 + 4003 + 1 + 86.
    [Theory]
    [InlineData(3, 3003, CompactJws.MaxLength, true)]
    [InlineData(4, 3002, CompactJws.MaxLength + 1, false)]
    public void Has_a_longest_length(int header, int payload, int length, bool ok)
    {
        var token = Token(header, payload, signature: 64);
        Assert.Equal(length, token.Length);
        Assert.Equal(ok, CompactJws.TryParse(token, out _));
    }

    [Theory]
    [InlineData(63, false)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_signature_has_64_bytes(int signature, bool ok) => Assert.Equal(ok, CompactJws.TryParse(Token(3, 3, signature), out _));

    private static string Token(int header, int payload, int signature) =>
        string.Join('.', new[] { header, payload, signature }.Select(n => Base64UrlStrict.Encode(new byte[n])));
}
