using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>
/// Wraps an object's data key. Wrap key = HKDF-SHA256(secret, salt, info = context, 32); then AES-256-GCM under it with the
/// context as associated data. The nonce is twelve zero bytes: the salt is fresh, so every wrap key encrypts exactly once.
/// Whoever wraps twice with one salt and one context breaks that; only the signer wraps.
/// </summary>
public static class KeyWrap
{
    /// <summary>Bytes of a wrapping secret (a ring key or an isolated actor's).</summary>
    public const int SecretSize = 32;

    public const int SaltSize = 32;

    /// <summary>Bytes of a wrapped data key: 32 and the tag.</summary>
    public const int WrappedSize = DataKey.Size + TagSize;

    private const int TagSize = 16;

    /// <param name="secret">32 bytes.</param>
    /// <param name="salt">32 bytes from a random generator, used for this wrap only.</param>
    /// <returns>48 bytes.</returns>
    public static byte[] Wrap(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, WrapContext context, DataKey dataKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize);
        var wrapped = new byte[WrappedSize];
        var info = context.Encode();
        using var cipher = Cipher(secret, salt, info);
        cipher.Encrypt(ZeroNonce, dataKey.AsSpan(), wrapped.AsSpan(0, DataKey.Size), wrapped.AsSpan(DataKey.Size), info);
        return wrapped;
    }

    /// <summary>
    /// False for anything that is not this wrap of this context under this secret, with no further reason: there is one way to fail.
    /// Salt and wrapped bytes may come from outside. The caller disposes the key.
    /// </summary>
    public static bool TryUnwrap(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, WrapContext context, ReadOnlySpan<byte> wrapped, [NotNullWhen(true)] out DataKey? dataKey)
    {
        dataKey = null;
        if (salt.Length != SaltSize || wrapped.Length != WrappedSize)
            return false;

        Span<byte> bytes = stackalloc byte[DataKey.Size];
        var info = context.Encode();
        using var cipher = Cipher(secret, salt, info);
        try
        {
            cipher.Decrypt(ZeroNonce, wrapped[..DataKey.Size], wrapped[DataKey.Size..], bytes, info);
            dataKey = new DataKey(bytes);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ReadOnlySpan<byte> ZeroNonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static AesGcm Cipher(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSize);
        Span<byte> wrapKey = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, wrapKey, salt, info);
        try
        {
            return new AesGcm(wrapKey, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapKey);
        }
    }
}
