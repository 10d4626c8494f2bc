using System.Security.Cryptography;

namespace AgentKeys.Ethereum;

/// <summary>
/// Private operations by this library's own arithmetic, for platforms without the curve. ECDSA by SEC 1 version 2.0, section
/// 4.1.3, nonces by RFC 6979 with HMAC-SHA-256. Neither the key nor the nonce decides a branch or an index; the limits of that
/// in a managed language are said at <see cref="Secp256k1Key"/>.
/// </summary>
internal sealed class PortableOperations : IPrivateOperations
{
    private readonly byte[] _privateKey;

    /// <param name="privateKey">32 bytes in [1, n - 1]; kept by reference, and overwritten by whoever owns it.</param>
    public PortableOperations(byte[] privateKey)
    {
        _privateKey = privateKey;
        Scalar.TryRead(privateKey, out var d);
        PublicPoint = SecretMultiplication.TimesGenerator(d);
    }

    public AffinePoint PublicPoint { get; }

    public void Sign(ReadOnlySpan<byte> digest32, int attempt, Span<byte> signature64)
    {
        Scalar.TryRead(_privateKey, out var d);
        var z = Scalar.ReadReduced(digest32);
        Span<byte> nonce = stackalloc byte[32];
        Span<byte> x = stackalloc byte[32];
        try
        {
            using var nonces = new Rfc6979(_privateKey, digest32);
            for (var skip = attempt; ; skip--)
            {
                var k = nonces.Next(nonce);
                if (skip > 0)
                    continue;

                SecretMultiplication.TimesGenerator(k).X.Write(x);
                var r = Scalar.ReadReduced(x);
                var s = k.Invert() * (z + r * d);
                if (r.IsZero || s.IsZero)
                    continue;

                r.Write(signature64[..32]);
                s.Write(signature64[32..]);
                return;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nonce);
        }
    }

    public void Dispose()
    {
    }
}
