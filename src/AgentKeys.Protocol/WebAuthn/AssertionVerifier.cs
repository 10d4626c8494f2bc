using System.Buffers.Binary;
using System.Security.Cryptography;
using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>
/// An assertion by an enrolled passkey over a 32-byte challenge, check by check what K11Verifier does on chain, so that an approval
/// that would be refused there is refused before it is sent. WebAuthn level 3, section 7.2.
/// <para>Verified: the length of authenticatorData; rpIdHash (step 15); UP (16) and UV (17); BS only with BE (18); one scan of
/// clientDataJSON's top level; type (11); challenge (12); origin where the passkey has one (13); crossOrigin (14); the signature
/// over authenticatorData || SHA-256(clientDataJSON) (20, 21), high or low s.</para>
/// <para>NOT verified, and who must: that the challenge is fresh and means what the person saw (the contract: nonces, deadlines,
/// fieldsHash); the sign count (synced passkeys always send 0; it is returned for whoever watches); attestation, so that the key
/// lives in an authenticator (nobody); credential id and user handle (the caller names the key); extensions, tokenBinding,
/// topOrigin, nested values.</para>
/// </summary>
public static class AssertionVerifier
{
    public const int MinAuthenticatorDataLength = 37;
    public const int MaxAuthenticatorDataLength = 1024;
    public const int MaxClientDataLength = 2048;

    /// <summary>The first check that fails, or <see cref="AssertionFault.None"/>.</summary>
    public static AssertionFault Verify(Bytes32 challenge, Passkey passkey, WebAuthnAssertion assertion)
    {
        var fault = CheckAuthenticatorData(passkey, assertion);
        if (fault == AssertionFault.None)
            fault = CheckClientData(challenge, passkey, assertion.ClientDataJson);
        if (fault == AssertionFault.None && !IsSigned(passkey, assertion))
            fault = AssertionFault.SignatureInvalid;
        return fault;
    }

    /// <summary>The authenticator's counter; for an assertion whose length was checked.</summary>
    public static uint SignCount(WebAuthnAssertion assertion) => BinaryPrimitives.ReadUInt32BigEndian(assertion.AuthenticatorData.AsSpan(33));

    private static AssertionFault CheckAuthenticatorData(Passkey passkey, WebAuthnAssertion assertion)
    {
        var data = assertion.AuthenticatorData.AsSpan();
        if (data.Length is < MinAuthenticatorDataLength or > MaxAuthenticatorDataLength)
            return AssertionFault.AuthenticatorDataLength;
        if (new Bytes32(data[..32]) != passkey.RpIdHash)
            return AssertionFault.RpIdMismatch;

        var flags = (AuthenticatorFlags)data[32];
        if (!flags.HasFlag(AuthenticatorFlags.UserPresent))
            return AssertionFault.UserNotPresent;
        if (!flags.HasFlag(AuthenticatorFlags.UserVerified))
            return AssertionFault.UserNotVerified;
        if (flags.HasFlag(AuthenticatorFlags.BackupState) && !flags.HasFlag(AuthenticatorFlags.BackupEligible))
            return AssertionFault.BackupStateInvalid;
        return AssertionFault.None;
    }

    private static AssertionFault CheckClientData(Bytes32 challenge, Passkey passkey, ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxClientDataLength)
            return AssertionFault.ClientDataLength;
        switch (ClientDataScanner.Scan(json, out var members))
        {
            case ClientDataFault.Malformed: return AssertionFault.ClientDataMalformed;
            case ClientDataFault.Duplicate: return AssertionFault.ClientDataDuplicate;
        }

        if (members.Type is not { } type)
            return AssertionFault.TypeMissing;
        if (members.Challenge is not { } given)
            return AssertionFault.ChallengeMissing;
        if (members.Origin is not { } origin)
            return AssertionFault.OriginMissing;

        if (!type.RawValue(json).SequenceEqual("\"webauthn.get\""u8))
            return AssertionFault.TypeMismatch;
        if (!ClientDataText.IsChallenge(given.RawValue(json), challenge))
            return AssertionFault.ChallengeMismatch;
        if (!IsOrigin(origin.RawValue(json), passkey.OriginHash))
            return AssertionFault.OriginMismatch;
        if (members.CrossOrigin is { } crossOrigin && !crossOrigin.RawValue(json).SequenceEqual("false"u8))
            return AssertionFault.CrossOrigin;
        return AssertionFault.None;
    }

    /// <summary>There is always one, and it is a string; which one counts only where the passkey is bound to it.</summary>
    private static bool IsOrigin(ReadOnlySpan<byte> rawValue, Bytes32 expected) =>
        ClientDataText.TryUnquote(rawValue, out var origin) && (expected.IsZero || new Bytes32(Keccak256.Hash(origin)) == expected);

    private static bool IsSigned(Passkey passkey, WebAuthnAssertion assertion)
    {
        byte[] signed = [.. assertion.AuthenticatorData, .. SHA256.HashData(assertion.ClientDataJson)];
        byte[] signature = [.. assertion.R.ToArray(), .. assertion.S.ToArray()];
        return P256.Verify(SHA256.HashData(signed), signature, passkey.X, passkey.Y);
    }
}
