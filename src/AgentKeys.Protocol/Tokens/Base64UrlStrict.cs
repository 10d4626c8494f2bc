using System.Buffers;
using System.Buffers.Text;

namespace AgentKeys.Protocol;

/// <summary>RFC 4648 section 5 without padding, canonical only: the text must be what encoding the bytes gives.</summary>
public static class Base64UrlStrict
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 == 1 || text.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
            return false;
        // The decoder itself refuses bits that no encoder leaves; asking by status, since its other form throws for them.
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done)
            return false;
        bytes = buffer[..written];
        return text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }

    /// <summary>Text of exactly 32 bytes (43 characters): thumbprints, hashes.</summary>
    public static bool TryDecode32(string? text, out Bytes32 value)
    {
        value = default;
        if (text is not { Length: 43 } || !TryDecode(text, out var bytes))
            return false;
        value = new Bytes32(bytes);
        return true;
    }
}
