using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Protocol;

/// <summary>
/// A passkey that a browser has just created (<c>navigator.credentials.create</c>). WebAuthn level 3, section 7.1.
/// <para>Verified: type, challenge, origin, crossOrigin; rpIdHash; UP, UV; BS only with BE; that there is a credential with an ES256
/// key, a point of P-256; that nothing follows that no flag announces.</para>
/// <para>NOT verified, and who must: attestation, whatever its format says (nobody: any software can make such a key); that the
/// key can sign, so the second touch, an assertion over the operation's challenge, is what counts (the contract); that the
/// credential id is new (the registry knows keys); the sign count; extensions.</para>
/// </summary>
/// <param name="CredentialId">1 to 1023 bytes.</param>
/// <param name="BackupEligible">the passkey may be synced to other devices: worth showing.</param>
public sealed record PasskeyRegistration(byte[] CredentialId, Bytes32 X, Bytes32 Y, bool BackupEligible)
{
    private const int MaxCredentialIdLength = 1023;
    private const int FixedLength = 37;
    private const int AaguidLength = 16;

    /// <summary>The first check that fails, or <see cref="RegistrationFault.None"/> with the registration.</summary>
    /// <param name="challenge">the 32 bytes that the page was given.</param>
    /// <param name="origin">of the ceremony page, checked even where the enrolled passkey will not be bound to it.</param>
    public static RegistrationFault Parse(
        byte[] attestationObject, byte[] clientDataJson, Bytes32 challenge, string rpId, string origin, out PasskeyRegistration? registration)
    {
        registration = null;
        var fault = CheckClientData(clientDataJson, challenge, origin);
        if (fault != RegistrationFault.None)
            return fault;
        if (!AttestationObject.TryReadAuthenticatorData(attestationObject, out var authenticatorData))
            return RegistrationFault.AttestationObjectMalformed;
        if (authenticatorData.Length < FixedLength)
            return RegistrationFault.AuthenticatorDataMalformed;
        fault = CheckFlags(authenticatorData, rpId);
        return fault != RegistrationFault.None ? fault : ReadCredential(authenticatorData, out registration);
    }

    /// <summary>What the registry stores of it. <paramref name="origin"/> null: not bound to an origin.</summary>
    public Passkey ToPasskey(string rpId, string? origin) => Passkey.Of(CredentialId, X, Y, rpId, origin);

    private static RegistrationFault CheckClientData(ReadOnlySpan<byte> json, Bytes32 challenge, string origin)
    {
        if (json.Length > AssertionVerifier.MaxClientDataLength)
            return RegistrationFault.ClientDataLength;
        switch (ClientDataScanner.Scan(json, out var members))
        {
            case ClientDataFault.Malformed: return RegistrationFault.ClientDataMalformed;
            case ClientDataFault.Duplicate: return RegistrationFault.ClientDataDuplicate;
        }
        if (members.Type is not { } type || !ClientDataText.IsText(type.RawValue(json), "webauthn.create"))
            return RegistrationFault.TypeMismatch;
        if (members.Challenge is not { } given || !ClientDataText.IsChallenge(given.RawValue(json), challenge))
            return RegistrationFault.ChallengeMismatch;
        if (members.Origin is not { } from || !ClientDataText.IsText(from.RawValue(json), origin))
            return RegistrationFault.OriginMismatch;
        if (members.CrossOrigin is { } crossOrigin && !crossOrigin.RawValue(json).SequenceEqual("false"u8))
            return RegistrationFault.CrossOrigin;
        return RegistrationFault.None;
    }

    private static RegistrationFault CheckFlags(ReadOnlySpan<byte> authenticatorData, string rpId)
    {
        if (new Bytes32(authenticatorData[..32]) != Passkey.HashRpId(rpId))
            return RegistrationFault.RpIdMismatch;
        var flags = (AuthenticatorFlags)authenticatorData[32];
        if (!flags.HasFlag(AuthenticatorFlags.UserPresent))
            return RegistrationFault.UserNotPresent;
        if (!flags.HasFlag(AuthenticatorFlags.UserVerified))
            return RegistrationFault.UserNotVerified;
        if (flags.HasFlag(AuthenticatorFlags.BackupState) && !flags.HasFlag(AuthenticatorFlags.BackupEligible))
            return RegistrationFault.BackupStateInvalid;
        if (!flags.HasFlag(AuthenticatorFlags.AttestedCredentialData))
            return RegistrationFault.CredentialMissing;
        return RegistrationFault.None;
    }

    /// <summary>After the fixed part: aaguid 16 | u16 length | credential id | COSE key | extensions where ED is set.</summary>
    private static RegistrationFault ReadCredential(byte[] authenticatorData, out PasskeyRegistration? registration)
    {
        registration = null;
        var flags = (AuthenticatorFlags)authenticatorData[32];
        if (!TryTakeCredentialId(authenticatorData.AsMemory(FixedLength), out var credentialId, out var rest)
            || !CborValue.TryMeasure(rest, out var keyLength)
            || !EndsAsAnnounced(rest[keyLength..], flags.HasFlag(AuthenticatorFlags.ExtensionData)))
            return RegistrationFault.AuthenticatorDataMalformed;
        if (!CoseKey.TryRead(rest[..keyLength], out var x, out var y))
            return RegistrationFault.KeyUnsupported;
        if (!P256.IsOnCurve(x, y))
            return RegistrationFault.KeyInvalid;
        registration = new PasskeyRegistration(credentialId, x, y, flags.HasFlag(AuthenticatorFlags.BackupEligible));
        return RegistrationFault.None;
    }

    private static bool TryTakeCredentialId(ReadOnlyMemory<byte> attested, [NotNullWhen(true)] out byte[]? credentialId, out ReadOnlyMemory<byte> rest)
    {
        (credentialId, rest) = (null, default);
        const int IdStart = AaguidLength + sizeof(ushort);
        if (attested.Length < IdStart)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(attested.Span[AaguidLength..]);
        if (length is 0 or > MaxCredentialIdLength || attested.Length < IdStart + length)
            return false;
        credentialId = attested.Slice(IdStart, length).ToArray();
        rest = attested[(IdStart + length)..];
        return true;
    }

    private static bool EndsAsAnnounced(ReadOnlyMemory<byte> tail, bool extensions) =>
        extensions ? CborValue.TryMeasure(tail, out var length) && length == tail.Length && tail.Span[0] >> 5 == 5 : tail.IsEmpty;
}
