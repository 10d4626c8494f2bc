using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Fuzz;

/// <summary>
/// Tokens whose members are bent and then signed properly, so that the parser behind the signature is reached; and tokens bent as text.
/// A class for each token: they run side by side.
/// </summary>
public abstract class TokenFuzz : IDisposable
{
    protected static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Real keys in a short run. A million signatures would show the same as some thousands, and take half an hour.</summary>
    private protected TestTokens Tokens { get; } = FuzzRun.IsLong ? TestTokens.WithDigestKeys() : new();
    private protected TestDevice Device { get; } = new();

    public void Dispose()
    {
        Tokens.Dispose();
        Device.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <param name="signed">the valid token.</param>
    private protected static byte[] Bend(Mutator mutator, JwsForge valid, byte[] signed)
    {
        if (mutator.OneIn(3))
            return mutator.Bytes(signed);
        var headerIsBent = mutator.OneIn(4);
        var header = headerIsBent ? mutator.Json(valid.Header) : Encoding.UTF8.GetBytes(valid.Header.ToJsonString());
        var claims = headerIsBent ? Encoding.UTF8.GetBytes(valid.Claims.ToJsonString()) : mutator.Json(valid.Claims);
        var input = CompactJws.EncodeSigningInput(header, claims);
        return Encoding.ASCII.GetBytes(CompactJws.Assemble(input, valid.Signer(input)));
    }

    /// <summary>
    /// Accepted: one compact form, and header and claims say exactly what was understood. Refused: not the valid token in another member
    /// order, with blanks or escapes, which strict JSON allows.
    /// </summary>
    private protected static bool Agrees(JwsForge valid, byte[] token, Func<CompactJws, bool> isSigned, bool accepted, Func<byte[]> understood)
    {
        var text = Text(token);
        var parsed = CompactJws.TryParse(text, out var jws);
        if (parsed)
            Assert.Equal(text, CompactJws.Assemble(CompactJws.EncodeSigningInput(jws.Header, jws.Payload), jws.Signature));
        if (accepted)
        {
            Assert.True(parsed);
            Assert.True(JsonOracle.Same(jws.Payload, understood()), "accepted claims that say something else: " + Encoding.UTF8.GetString(jws.Payload));
            Assert.True(JsonOracle.Same(jws.Header, Encoding.UTF8.GetBytes(valid.Header.ToJsonString())), "accepted another header");
        }
        else if (parsed)
        {
            var same = JsonOracle.Same(jws.Payload, Encoding.UTF8.GetBytes(valid.Claims.ToJsonString())) && JsonOracle.Same(jws.Header, Encoding.UTF8.GetBytes(valid.Header.ToJsonString()));
            Assert.False(same && isSigned(jws), "refused a valid token: " + Encoding.UTF8.GetString(jws.Payload));
        }
        return accepted;
    }

    private protected bool ByK1(CompactJws jws) => By(Tokens.SessionKey, jws);

    private protected static bool By(ECDsa key, CompactJws jws) =>
        key.VerifyData(jws.SigningInput, jws.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private protected static string Text(byte[] token) => Encoding.Latin1.GetString(token);

    private protected static JsonObject Payload(byte[] token) => Part(Text(token).Split('.')[1]);

    private protected static JsonObject Part(string part) => JsonNode.Parse(Decode(part))!.AsObject();

    private protected static byte[] Decode(string part) => Base64UrlStrict.TryDecode(part, out var bytes) ? bytes : throw new FormatException(part);
}
