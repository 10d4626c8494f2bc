using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>Secrets out of JSON strings, without a string in between.</summary>
internal static class SecretBase64
{
    private const int Group = 4;

    /// <summary>
    /// RFC 4648 section 4, padded and canonical: no white space (the framework would skip it), no stray bits (it refuses them itself).
    /// The caller clears the bytes.
    /// </summary>
    /// <param name="token">a JSON string with its quotes; escapes are allowed, since some writers escape <c>/</c> and <c>+</c>.</param>
    public static bool TryDecode(ReadOnlySpan<byte> token, out byte[] bytes)
    {
        using var text = Unescape(token);
        bytes = [];
        if (text is null)
            return false;
        var encoded = text.Written;
        if (encoded.Length % Group != 0 || encoded.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8))
            return false;
        var padding = encoded.Length == 0 ? 0 : encoded[^2] == '=' ? 2 : encoded[^1] == '=' ? 1 : 0;
        var decoded = new byte[(encoded.Length / Group * 3) - padding];
        if (Base64.DecodeFromUtf8(encoded, decoded, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == decoded.Length)
        {
            bytes = decoded;
            return true;
        }
        CryptographicOperations.ZeroMemory(decoded);
        return false;
    }

    /// <summary>base64url of exactly 32 bytes, as the signer writes data keys.</summary>
    public static bool TryDecodeKey(ReadOnlySpan<byte> token, out DataKey key)
    {
        key = null!;
        using var text = Unescape(token);
        Span<byte> bytes = stackalloc byte[DataKey.Size];
        try
        {
            if (text?.Length != Base64Url.GetEncodedLength(DataKey.Size) || !Base64Url.TryDecodeFromUtf8(text.Written, bytes, out var written) || written != DataKey.Size)
                return false;
            key = new DataKey(bytes);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Null where the string is no text: bytes that are no UTF-8, half of a surrogate pair. The parser steps over strings without
    /// looking inside, so this is where they are found.
    /// </summary>
    private static SecretBuffer? Unescape(ReadOnlySpan<byte> token)
    {
        var buffer = new SecretBuffer(token.Length);
        var reader = new Utf8JsonReader(token);
        reader.Read();
        try
        {
            buffer.Advance(reader.CopyString(buffer.Free.Span));
            return buffer;
        }
        catch (InvalidOperationException)
        {
            buffer.Dispose();
            return null;
        }
    }
}
