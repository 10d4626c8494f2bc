using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace AgentKeys.Ethereum.BouncyCastle;

/// <summary>What is done with public values on the curve: the same answers as <see cref="Secp256k1"/>, from code that shares nothing with it.</summary>
public static class BouncyCastleSecp256k1
{
    private static readonly X9ECParameters s_curve = CustomNamedCurves.GetByName("secp256k1");

    internal static ECDomainParameters Domain { get; } = new(s_curve);

    private static BigInteger N => Domain.N;

    internal static BigInteger Read(ReadOnlySpan<byte> bytes) => new(1, bytes.ToArray());

    internal static void Write(BigInteger number, Span<byte> destination32)
    {
        var bytes = number.ToByteArrayUnsigned();
        destination32.Clear();
        bytes.CopyTo(destination32[(32 - bytes.Length)..]);
    }

    internal static byte[] PublicKeyOf(BigInteger privateKey) => Domain.G.Multiply(privateKey).Normalize().GetEncoded(compressed: false);

    /// <inheritdoc cref="Secp256k1.Verify"/>
    public static bool Verify(ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature64, ReadOnlySpan<byte> publicKey65, bool requireLowS = true)
    {
        if (digest32.Length != 32)
            throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));
        if (signature64.Length != 64 || publicKey65.Length != 65 || publicKey65[0] != 4)
            return false;
        var (r, s) = (Read(signature64[..32]), Read(signature64[32..]));
        if (requireLowS && s.CompareTo(N.ShiftRight(1)) > 0)
            return false;
        if (TryPoint(publicKey65) is not { } point)
            return false;
        var verifier = new ECDsaSigner();
        verifier.Init(forSigning: false, new ECPublicKeyParameters(point, Domain));
        return verifier.VerifySignature(digest32.ToArray(), r, s);
    }

    /// <inheritdoc cref="Secp256k1.TryRecover"/>
    /// <remarks>SEC 1 version 2.0, section 4.1.6: Q = (s R - z G) / r, R the point whose x is r and whose y has the signature's parity.</remarks>
    public static bool TryRecover(ReadOnlySpan<byte> digest32, in Secp256k1Signature signature, out byte[] publicKey65)
    {
        if (digest32.Length != 32)
            throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));
        publicKey65 = [];
        var (r, s) = (Read(signature.R), Read(signature.S));
        if (r.SignValue == 0 || s.SignValue == 0 || TryPoint([(byte)(2 + signature.V), .. signature.R]) is not { } point)
            return false;
        var inverse = r.ModInverse(N);
        var z = Read(digest32).Mod(N);
        var sum = ECAlgorithms.SumOfTwoMultiplies(point, s.Multiply(inverse).Mod(N), Domain.G, z.Negate().Multiply(inverse).Mod(N)).Normalize();
        if (sum.IsInfinity)
            return false;
        publicKey65 = sum.GetEncoded(compressed: false);
        return true;
    }

    private static ECPoint? TryPoint(ReadOnlySpan<byte> encoded)
    {
        try
        {
            return Domain.ValidatePublicPoint(Domain.Curve.DecodePoint(encoded.ToArray()));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null; // not a point of the curve
        }
    }
}
