using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>Public EC key as RFC 7517 members, 32-byte coordinates. Thumbprints follow RFC 7638.</summary>
public sealed record Jwk
{
    public const string P256 = "P-256";
    public const string Secp256k1 = "secp256k1";

    public Jwk(string curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, 32);
        (Curve, X, Y) = (curve, new Bytes32(x), new Bytes32(y));
    }

    public string Curve { get; }
    public Bytes32 X { get; }
    public Bytes32 Y { get; }

    /// <summary>64 bytes X || Y.</summary>
    public byte[] ToPublicKey() => [.. X.ToArray(), .. Y.ToArray()];

    /// <summary>SHA-256 of the members in RFC 7638's order: <c>crv, kty, x, y</c>.</summary>
    public Bytes32 Thumbprint() => new(SHA256.HashData(Encoding.ASCII.GetBytes(ToJson())));

    /// <summary><c>kid</c> of a broker key: the thumbprint in base64url.</summary>
    public string KeyId() => Base64UrlStrict.Encode(Thumbprint().ToArray());

    /// <summary>The four required members, no white space, RFC 7638's order.</summary>
    public string ToJson() =>
        $$"""{"crv":"{{Curve}}","kty":"EC","x":"{{Base64UrlStrict.Encode(X.ToArray())}}","y":"{{Base64UrlStrict.Encode(Y.ToArray())}}"}""";

    public static Jwk OfP256(ECDsa key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return new Jwk(P256, q.X, q.Y);
    }

    /// <summary>Strict: exactly the members <c>kty, crv, x, y</c>, the expected curve, canonical base64url.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, string curve, out Jwk jwk)
    {
        jwk = null!;
        return ProtocolJson.TryRead(json, ProtocolJson.Strict.JwkWire, out var wire) && TryFromWire(wire, curve, out jwk);
    }

    internal static bool TryFromWire(JwkWire wire, string curve, out Jwk jwk)
    {
        jwk = null!;
        if (wire.Kty != "EC" || wire.Crv != curve || !Base64UrlStrict.TryDecode32(wire.X, out var x) || !Base64UrlStrict.TryDecode32(wire.Y, out var y))
            return false;
        jwk = new Jwk(curve, x.ToArray(), y.ToArray());
        return true;
    }

    internal JwkWire ToWire() => new("EC", Curve, Base64UrlStrict.Encode(X.ToArray()), Base64UrlStrict.Encode(Y.ToArray()));
}
