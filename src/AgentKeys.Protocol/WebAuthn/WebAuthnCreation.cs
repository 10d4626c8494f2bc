namespace AgentKeys.Protocol;

/// <summary>One <c>navigator.credentials.create</c>: what the browser says that it made.</summary>
/// <param name="CredentialId">rawId: beside the signed bytes, so it counts only where they say the same.</param>
/// <param name="AttestationObject">CBOR: fmt, attStmt, authData.</param>
/// <param name="ClientDataJson">as the browser wrote it.</param>
public sealed record WebAuthnCreation(byte[] CredentialId, byte[] AttestationObject, byte[] ClientDataJson);
