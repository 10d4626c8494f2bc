using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// Envelope v1, the bytes of a stored object. Big-endian, one legal encoding:
/// <code>
/// offset  size
///      0     4  magic "AKOB"
///      4     1  format version = 1
///      5     1  data class (1 credentials, 2 memory, 3 audit, 4 email)
///      6     1  key kind (0 ring key, 1 isolated actor's secret)
///      7     8  key id
///     15     8  epoch
///     23    32  salt of the wrap
///     55     8  object version, 1 or more
///     63    48  wrapped data key
///    111    12  nonce
///    123     n  ciphertext
///  123+n    16  tag
/// </code>
/// AES-256-GCM under a data key that is fresh for every object; associated data = the 123 header bytes || u16 length || name.
/// <para>Verified by opening: that the bytes were sealed with this data key for this class, name, key and version, unchanged.</para>
/// <para>NOT verified: operator and actor (the wrap binds those: the data key only comes out of the signer for them), that the
/// version is the newest (the audit log's floor), that anybody may read it (the cap).</para>
/// </summary>
public static class ObjectEnvelope
{
    public const byte FormatVersion = 1;
    public const int HeaderSize = 123;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    private static ReadOnlySpan<byte> Magic => "AKOB"u8;

    /// <summary>Seals <paramref name="content"/>; the inputs must agree with each other, disagreement is a bug and throws.</summary>
    /// <param name="nonce">12 bytes from a random generator.</param>
    /// <param name="objectVersion">1 or more.</param>
    public static byte[] Seal(WrapContext context, WrappedKey key, DataKey dataKey, ulong objectVersion, ReadOnlySpan<byte> nonce, SealedContent content)
    {
        ArgumentOutOfRangeException.ThrowIfZero(objectVersion);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        if (!key.IsWellFormed || key.Kind != context.Kind || key.KeyId != context.KeyId || key.Epoch != context.Epoch)
            throw new ArgumentException("The wrapped key is not this context's.", nameof(key));
        if (!SealedContent.IsTypedFormOf(content.TypedName, context.Name))
            throw new ArgumentException("The typed name is not the object's name in another case.", nameof(content));

        var plaintext = content.Encode();
        try
        {
            var envelope = new byte[HeaderSize + plaintext.Length + TagSize];
            WriteHeader(envelope, new EnvelopeHeader(context.Class, key, objectVersion, nonce.ToArray()));
            using var cipher = new AesGcm(dataKey.AsSpan(), TagSize);
            cipher.Encrypt(nonce, plaintext, envelope.AsSpan(HeaderSize, plaintext.Length), envelope.AsSpan(HeaderSize + plaintext.Length),
                AssociatedData(envelope, context.Name));
            return envelope;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads the header of stored bytes so that the right secret can be asked for. See <see cref="EnvelopeHeader"/>: untrusted.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out EnvelopeHeader? header)
    {
        header = null;
        if (envelope.Length < HeaderSize + TagSize || !envelope.StartsWith(Magic) || envelope[4] != FormatVersion)
            return false;

        var dataClass = (DataClass)envelope[5];
        var kind = (KeyKind)envelope[6];
        var objectVersion = BinaryPrimitives.ReadUInt64BigEndian(envelope[55..]);
        if (!Enum.IsDefined(dataClass) || !Enum.IsDefined(kind) || objectVersion == 0)
            return false;

        var key = new WrappedKey(envelope[63..111].ToArray(), envelope[23..55].ToArray(), BinaryPrimitives.ReadUInt64BigEndian(envelope[15..]),
            kind, new KeyId(envelope[7..15]));
        header = new EnvelopeHeader(dataClass, key, objectVersion, envelope[111..HeaderSize].ToArray());
        return true;
    }

    /// <summary>
    /// Opens stored bytes. False for every reason there is, without saying which: malformed, another class, name or key, changed, cut.
    /// The caller disposes the content.
    /// </summary>
    /// <param name="context">class and name from the verified cap.</param>
    /// <param name="objectVersion">the version that was sealed in: trustworthy when the result is true.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> envelope, WrapContext context, DataKey dataKey, [NotNullWhen(true)] out SealedContent? content, out ulong objectVersion)
    {
        content = null;
        objectVersion = 0;
        if (!TryReadHeader(envelope, out var header) || header.Class != context.Class || header.Key.Kind != context.Kind
            || header.Key.KeyId != context.KeyId || header.Key.Epoch != context.Epoch)
            return false;

        var plaintext = new byte[envelope.Length - HeaderSize - TagSize];
        try
        {
            using var cipher = new AesGcm(dataKey.AsSpan(), TagSize);
            cipher.Decrypt(header.Nonce, envelope[HeaderSize..^TagSize], envelope[^TagSize..], plaintext, AssociatedData(envelope, context.Name));
            if (!SealedContent.TryDecode(plaintext, out var decoded))
                return false;
            if (!SealedContent.IsTypedFormOf(decoded.TypedName, context.Name))
            {
                decoded.Dispose();
                return false;
            }
            content = decoded;
            objectVersion = header.ObjectVersion;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static void WriteHeader(Span<byte> destination, EnvelopeHeader header)
    {
        Magic.CopyTo(destination);
        destination[4] = FormatVersion;
        destination[5] = (byte)header.Class;
        destination[6] = (byte)header.Key.Kind;
        header.Key.KeyId.CopyTo(destination[7..]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[15..], header.Key.Epoch);
        header.Key.Salt.CopyTo(destination[23..]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[55..], header.ObjectVersion);
        header.Key.Wrapped.CopyTo(destination[63..]);
        header.Nonce.CopyTo(destination[111..]);
    }

    private static byte[] AssociatedData(ReadOnlySpan<byte> envelope, ObjectName name)
    {
        var text = Encoding.ASCII.GetBytes(name.ToString());
        return [.. envelope[..HeaderSize], (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }
}
