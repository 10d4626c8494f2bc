namespace AgentKeys.Testing.WebAuthn;

/// <summary>What <c>navigator.credentials.create</c> answers.</summary>
public sealed record CreatedCredential(byte[] CredentialId, byte[] AttestationObject, byte[] ClientDataJson);

/// <summary>What <c>navigator.credentials.get</c> answers.</summary>
/// <param name="Signature">DER, as from a browser; its s is high half of the time.</param>
public sealed record AssertedCredential(byte[] CredentialId, byte[] AuthenticatorData, byte[] ClientDataJson, byte[] Signature);
