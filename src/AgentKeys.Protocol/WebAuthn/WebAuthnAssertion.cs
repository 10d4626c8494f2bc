using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Protocol;

/// <summary>One <c>navigator.credentials.get</c>: what a passkey answers to a challenge.</summary>
/// <param name="AuthenticatorData">rpIdHash (32) | flags (1) | signCount (4) | extensions.</param>
/// <param name="ClientDataJson">as the browser wrote it.</param>
/// <param name="R">first half of the P-256 signature, big-endian.</param>
/// <param name="S">second half, high or low.</param>
public sealed record WebAuthnAssertion(byte[] AuthenticatorData, byte[] ClientDataJson, Bytes32 R, Bytes32 S)
{
    /// <summary>From a browser's answer, whose signature is DER.</summary>
    public static bool TryCreate(
        byte[] authenticatorData, byte[] clientDataJson, ReadOnlySpan<byte> derSignature, [NotNullWhen(true)] out WebAuthnAssertion? assertion)
    {
        assertion = EcdsaDer.TryRead(derSignature, out var r, out var s) ? new WebAuthnAssertion(authenticatorData, clientDataJson, r, s) : null;
        return assertion is not null;
    }
}
