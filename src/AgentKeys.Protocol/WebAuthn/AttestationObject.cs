using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace AgentKeys.Protocol;

/// <summary>The CBOR around authenticator data at registration: map {"fmt", "attStmt", "authData"}, in any order, nothing else.</summary>
internal static class AttestationObject
{
    public const int MaxLength = 16 * 1024;

    /// <summary>Format and statement are skipped: attestation is not trusted, whatever it says.</summary>
    public static bool TryReadAuthenticatorData(ReadOnlyMemory<byte> attestationObject, [NotNullWhen(true)] out byte[]? authenticatorData)
    {
        authenticatorData = null;
        if (attestationObject.Length > MaxLength)
            return false;
        try
        {
            var reader = new CborReader(attestationObject, CborConformanceMode.Strict);
            if (reader.ReadStartMap() is not 3)
                return false;
            var found = 0;
            while (reader.PeekState() != CborReaderState.EndMap)
                found |= ReadMember(reader, ref authenticatorData);
            reader.ReadEndMap();
            return found == 7 && reader.BytesRemaining == 0;
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException)
        {
            return false; // the reader reports malformed and unexpected content by throwing
        }
    }

    private static int ReadMember(CborReader reader, ref byte[]? authenticatorData)
    {
        switch (reader.ReadTextString())
        {
            case "fmt":
                reader.ReadTextString();
                return 1;
            case "attStmt" when reader.PeekState() == CborReaderState.StartMap:
                reader.SkipValue();
                return 2;
            case "authData":
                authenticatorData = reader.ReadByteString();
                return 4;
            default:
                throw new CborContentException("Not a member of an attestation object.");
        }
    }
}
