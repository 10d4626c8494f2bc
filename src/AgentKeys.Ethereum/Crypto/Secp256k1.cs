namespace AgentKeys.Ethereum;

/// <summary>
/// What can be done on secp256k1 with public values: verify, recover, name and read public keys. One routine,
/// <c>u1 * G + u2 * P</c>, is behind all of it, complete for every input, with the framework's ECDsa as its oracle in the tests.
/// It does NOT run in constant time and must never see a private key or a nonce: those go to <see cref="Secp256k1Key"/>.
/// Public keys are 64 bytes X || Y or 65 bytes 04 || X || Y, except where a member says otherwise.
/// Bytes from outside that are wrong give false; a digest that is not 32 bytes is a bug of the caller and throws.
/// Source: SEC 1 version 2.0, sections 4.1.4 (verification) and 4.1.6 (recovery).
/// </summary>
public static class Secp256k1
{
    /// <summary>
    /// Verified: lengths; r and s in [1, n - 1]; s at most n / 2 unless <paramref name="requireLowS"/> is false; the key's
    /// coordinates below p and on the curve; the ECDSA equation. NOT verified: what the digest is of, whose the key is, and that
    /// the signature was not used before.
    /// </summary>
    /// <exception cref="ArgumentException">The digest is not 32 bytes.</exception>
    public static bool Verify(ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature64, ReadOnlySpan<byte> publicKey, bool requireLowS = true)
    {
        var z = ReadDigest(digest32);
        if (signature64.Length != Secp256k1Signature.Size || !TryReadPublicKey(publicKey, out var q))
            return false;
        if (!TryReadNonZero(signature64[..32], out var r) || !TryReadNonZero(signature64[32..], out var s))
            return false;
        if (requireLowS && s.IsHigh)
            return false;

        var w = s.Invert();
        return HasX(PublicMultiplication.Sum(z * w, r * w, q), signature64[..32]);
    }

    /// <summary>
    /// The public key, 65 bytes 04 || X || Y, under which <paramref name="signature"/> is valid for the digest; false, and no bytes,
    /// when there is none. High s is accepted, as Solidity's ecrecover does: a caller to whom malleability matters asks
    /// <see cref="Secp256k1Signature.IsLowS"/>. Recovering says nothing about whose the key is: compare it with an expected one.
    /// </summary>
    /// <exception cref="ArgumentException">The digest is not 32 bytes.</exception>
    public static bool TryRecover(ReadOnlySpan<byte> digest32, in Secp256k1Signature signature, out byte[] publicKey65)
    {
        publicKey65 = [];
        var z = ReadDigest(digest32);
        var r = signature.ReadR();
        var s = signature.ReadS();
        if (r.IsZero || s.IsZero)
            return false;

        // Ids 0 and 1 say that x is r itself, never r + n.
        if (!FieldElement.TryRead(signature.R, out var x) || !AffinePoint.TryFromX(x, odd: signature.V == 1, out var point))
            return false;

        var w = r.Invert();
        if (!PublicMultiplication.Sum(-(z * w), s * w, point).TryToAffine(out var key))
            return false;

        publicKey65 = Encode(key);
        return true;
    }

    /// <summary><see cref="TryRecover"/>, and the key's address. The zero address on failure.</summary>
    public static bool TryRecoverAddress(ReadOnlySpan<byte> digest32, in Secp256k1Signature signature, out Address address)
    {
        var recovered = TryRecover(digest32, signature, out var publicKey);
        address = recovered ? AddressOf(publicKey) : Address.Zero;
        return recovered;
    }

    /// <summary>The last 20 bytes of keccak256(X || Y). Does not ask whether the point is on the curve.</summary>
    /// <exception cref="ArgumentException">Neither 64 bytes nor 65 that begin with 04.</exception>
    public static Address AddressOf(ReadOnlySpan<byte> publicKey)
    {
        if (!TryStrip(publicKey, out var xy))
            throw new ArgumentException("A public key is 64 bytes, or 65 that begin with 04.", nameof(publicKey));

        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(xy, hash);
        return Address.FromBytes(hash[12..]);
    }

    /// <summary>Whether these bytes, 64 or 65, are a point of the curve with both coordinates below p.</summary>
    public static bool IsOnCurve(ReadOnlySpan<byte> publicKey) => TryReadPublicKey(publicKey, out _);

    /// <summary>02 or 03 || X, 33 bytes, to 04 || X || Y, 65 bytes; false, and no bytes, for anything that is not such a point.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed33, out byte[] publicKey65)
    {
        publicKey65 = [];
        if (compressed33.Length != 33 || compressed33[0] is not (2 or 3))
            return false;
        if (!FieldElement.TryRead(compressed33[1..], out var x) || !AffinePoint.TryFromX(x, odd: compressed33[0] == 3, out var point))
            return false;

        publicKey65 = Encode(point);
        return true;
    }

    /// <summary>
    /// Completes a signature with its recovery id after verifying it under the signer's own key; false when it is not valid there
    /// or has no id of 0 or 1. A fault in signing never leaves the process as a signature.
    /// </summary>
    internal static bool TryComplete(ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature64, in AffinePoint key, out Secp256k1Signature signature)
    {
        signature = default;
        if (!TryReadNonZero(signature64[..32], out var r) || !TryReadNonZero(signature64[32..], out var s))
            return false;

        var w = s.Invert();
        if (!PublicMultiplication.Sum(ReadDigest(digest32) * w, r * w, key).TryToAffine(out var point))
            return false;
        if (!FieldElement.TryRead(signature64[..32], out var x) || x != point.X)
            return false;

        signature = new Secp256k1Signature(signature64[..32], signature64[32..], point.Y.IsOdd ? 1 : 0).Normalize();
        return true;
    }

    internal static bool TryReadPublicKey(ReadOnlySpan<byte> publicKey, out AffinePoint point)
    {
        point = default;
        return TryStrip(publicKey, out var xy) && AffinePoint.TryRead(xy, out point);
    }

    internal static byte[] Encode(in AffinePoint point)
    {
        var bytes = new byte[65];
        bytes[0] = 4;
        point.Write(bytes.AsSpan(1));
        return bytes;
    }

    /// <summary>Whether x of <paramref name="point"/>, modulo n, is r: x is r, or r + n where that is below p. No inversion:
    /// both sides are multiplied by Z^2.</summary>
    private static bool HasX(in JacobianPoint point, ReadOnlySpan<byte> r32)
    {
        if (point.IsInfinity || !FieldElement.TryRead(r32, out var r))
            return false;

        var zz = point.Z.Square();
        return r * zz == point.X || (r.IsBelowPMinusN && (r + FieldElement.N) * zz == point.X);
    }

    private static Scalar ReadDigest(ReadOnlySpan<byte> digest32) =>
        digest32.Length == 32 ? Scalar.ReadReduced(digest32) : throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));

    private static bool TryReadNonZero(ReadOnlySpan<byte> bytes32, out Scalar value) => Scalar.TryRead(bytes32, out value) && !value.IsZero;

    private static bool TryStrip(ReadOnlySpan<byte> publicKey, out ReadOnlySpan<byte> xy)
    {
        xy = publicKey.Length == 65 ? publicKey[1..] : publicKey;
        return publicKey.Length == 64 || (publicKey.Length == 65 && publicKey[0] == 4);
    }
}
