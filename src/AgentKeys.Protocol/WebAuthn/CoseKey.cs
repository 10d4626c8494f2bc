using System.Formats.Cbor;

namespace AgentKeys.Protocol;

/// <summary>
/// The one kind of COSE key that is enrolled, RFC 9053: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x (32 bytes), -3: y (32 bytes)},
/// no other member. Point compression (y as a boolean) is not read.
/// </summary>
internal static class CoseKey
{
    public static bool TryRead(ReadOnlyMemory<byte> key, out Bytes32 x, out Bytes32 y)
    {
        (x, y) = (default, default);
        try
        {
            var reader = new CborReader(key, CborConformanceMode.Strict);
            if (reader.ReadStartMap() is not 5)
                return false;
            var (matches, coordinates) = (0, new byte[2][]);
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                switch (reader.ReadInt32())
                {
                    case 1: matches += reader.ReadInt32() == 2 ? 1 : 0; break;
                    case 3: matches += reader.ReadInt32() == -7 ? 1 : 0; break;
                    case -1: matches += reader.ReadInt32() == 1 ? 1 : 0; break;
                    case -2: coordinates[0] = reader.ReadByteString(); break;
                    case -3: coordinates[1] = reader.ReadByteString(); break;
                    default: return false;
                }
            }
            if (matches != 3 || coordinates[0] is not { Length: 32 } || coordinates[1] is not { Length: 32 })
                return false;
            (x, y) = (new Bytes32(coordinates[0]), new Bytes32(coordinates[1]));
            return true;
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException)
        {
            return false; // the reader reports malformed and unexpected content by throwing
        }
    }
}
