using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// RFC 7515 compact serialisation, strict: three parts, each canonical base64url, 64-byte signature, bounded length. Nothing is
/// trusted yet: the caller checks the header's exact members and the signature over <see cref="SigningInput"/>.
/// </summary>
public sealed class CompactJws
{
    /// <summary>Longest token accepted, in characters.</summary>
    public const int MaxLength = 4096;

    private CompactJws(byte[] header, byte[] payload, byte[] signature, byte[] signingInput)
    {
        Header = header;
        Payload = payload;
        Signature = signature;
        SigningInput = signingInput;
    }

    public byte[] Header { get; }
    public byte[] Payload { get; }

    /// <summary>64 bytes r || s.</summary>
    public byte[] Signature { get; }

    /// <summary>ASCII of <c>header.payload</c>, what is signed.</summary>
    public byte[] SigningInput { get; }

    public static bool TryParse(string? token, out CompactJws jws)
    {
        jws = null!;
        if (token is null or { Length: > MaxLength })
            return false;
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || token.AsSpan(first + 1, last - first - 1).Contains('.'))
            return false;
        if (!Base64UrlStrict.TryDecode(token.AsSpan(0, first), out var header)
            || !Base64UrlStrict.TryDecode(token.AsSpan(first + 1, last - first - 1), out var payload)
            || !Base64UrlStrict.TryDecode(token.AsSpan(last + 1), out var signature)
            || signature.Length != 64)
            return false;
        jws = new CompactJws(header, payload, signature, Encoding.ASCII.GetBytes(token[..last]));
        return true;
    }

    /// <summary>The bytes to sign for this header and payload.</summary>
    public static byte[] EncodeSigningInput(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Encoding.ASCII.GetBytes(Base64UrlStrict.Encode(header) + "." + Base64UrlStrict.Encode(payload));

    /// <param name="signature">64 bytes r || s over <paramref name="signingInput"/>.</param>
    public static string Assemble(ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, 64);
        return Encoding.ASCII.GetString(signingInput) + "." + Base64UrlStrict.Encode(signature);
    }
}
