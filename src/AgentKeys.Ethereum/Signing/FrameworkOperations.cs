using System.Security.Cryptography;

namespace AgentKeys.Ethereum;

/// <summary>Private operations by the framework's ECDsa: on Linux OpenSSL, whose secp256k1 runs in constant time.</summary>
internal sealed class FrameworkOperations : IPrivateOperations
{
    private static readonly Lazy<bool> Supported = new(Probe);

    private readonly ECDsa _key;

    /// <param name="privateKey">32 bytes in [1, n - 1]; not kept, but the platform's library keeps its own copy until disposal.</param>
    public FrameworkOperations(byte[] privateKey)
    {
        // D alone: the platform computes the public point, no arithmetic of ours sees the key.
        var curve = ECCurve.CreateFromFriendlyName("secp256k1");
        _key = ECDsa.Create(new ECParameters { Curve = curve, D = privateKey });
        var q = _key.ExportParameters(includePrivateParameters: false).Q;
        if (!AffinePoint.TryRead([.. q.X!, .. q.Y!], out var point))
            throw new CryptographicException("The platform gave a public key that is not on the curve.");
        PublicPoint = point;
    }

    public static bool IsSupported => Supported.Value;

    public AffinePoint PublicPoint { get; }

    public void Sign(ReadOnlySpan<byte> digest32, int attempt, Span<byte> signature64)
    {
        // A new random nonce at each call, so another attempt needs nothing.
        if (!_key.TrySignHash(digest32, signature64, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) || written != signature64.Length)
            throw new CryptographicException("The platform's signature is not 64 bytes.");
    }

    public void Dispose() => _key.Dispose();

    /// <summary>Private key 1 must give the generator. Platforms without the curve say so in different ways.</summary>
    private static bool Probe()
    {
        try
        {
            var one = new byte[Secp256k1Key.Size];
            one[^1] = 1;
            using var probe = new FrameworkOperations(one);
            return probe.PublicPoint.X == AffinePoint.Generator.X && probe.PublicPoint.Y == AffinePoint.Generator.Y;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
