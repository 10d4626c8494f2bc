using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>ECDSA on P-256 by the framework, with hostile keys and signatures answered by false.</summary>
internal static class P256
{
    /// <param name="signature">r || s, 64 bytes; s may be high.</param>
    public static bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Bytes32 x, Bytes32 y)
    {
        using var key = TryImport(x, y);
        return key is not null && key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Coordinates below the prime and on the curve.</summary>
    public static bool IsOnCurve(Bytes32 x, Bytes32 y)
    {
        using var key = TryImport(x, y);
        return key is not null;
    }

    // The contract takes a coordinate only below the prime; the framework may reduce it first.
    private static ReadOnlySpan<byte> Prime => [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    private static ECDsa? TryImport(Bytes32 x, Bytes32 y)
    {
        if (x.ToArray().AsSpan().SequenceCompareTo(Prime) >= 0 || y.ToArray().AsSpan().SequenceCompareTo(Prime) >= 0)
            return null;
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x.ToArray(), Y = y.ToArray() } });
        }
        catch (CryptographicException)
        {
            return null; // not a point: the framework says so by throwing
        }
    }
}
