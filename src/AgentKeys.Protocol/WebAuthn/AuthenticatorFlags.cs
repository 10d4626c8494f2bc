namespace AgentKeys.Protocol;

/// <summary>Flags of authenticator data, WebAuthn section 6.1.</summary>
[Flags]
public enum AuthenticatorFlags : byte
{
    None = 0,

    /// <summary>UP: somebody touched it.</summary>
    UserPresent = 0x01,

    /// <summary>UV: it knows who (PIN, finger, face).</summary>
    UserVerified = 0x04,

    /// <summary>BE: the credential may be synced.</summary>
    BackupEligible = 0x08,

    /// <summary>BS: it is synced now.</summary>
    BackupState = 0x10,

    /// <summary>AT: attested credential data follow.</summary>
    AttestedCredentialData = 0x40,

    /// <summary>ED: extension data follow.</summary>
    ExtensionData = 0x80,
}
