using System.Formats.Cbor;

namespace AgentKeys.Protocol;

/// <summary>One CBOR value of unknown length with other bytes behind it.</summary>
internal static class CborValue
{
    /// <param name="length">bytes of the value; what follows is the caller's.</param>
    /// <returns>False if the bytes do not begin with a CBOR value.</returns>
    public static bool TryMeasure(ReadOnlyMemory<byte> bytes, out int length)
    {
        length = 0;
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Strict, allowMultipleRootLevelValues: true);
            reader.SkipValue();
            length = bytes.Length - reader.BytesRemaining;
            return true;
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException)
        {
            return false; // the reader reports malformed content and the end of the data by throwing
        }
    }
}
