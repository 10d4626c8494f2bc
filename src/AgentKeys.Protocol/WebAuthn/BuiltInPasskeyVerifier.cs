namespace AgentKeys.Protocol;

/// <summary>The checks of SPEC.md sections 3.4 and 3.5: what the contract does, check by check, and the origin of the page on top.</summary>
public sealed class BuiltInPasskeyVerifier : IPasskeyVerifier
{
    public string Name => "builtin";

    public RegistrationFault VerifyCreation(CeremonyTerms terms, WebAuthnCreation creation, out PasskeyRegistration? registration)
    {
        var fault = PasskeyRegistration.Parse(creation.AttestationObject, creation.ClientDataJson, terms.Challenge, terms.RpId, terms.Origin, out registration);
        if (fault != RegistrationFault.None || creation.CredentialId.AsSpan().SequenceEqual(registration!.CredentialId))
            return fault;
        registration = null;
        return RegistrationFault.CredentialIdMismatch;
    }

    public AssertionFault VerifyAssertion(CeremonyTerms terms, Passkey passkey, WebAuthnAssertion assertion)
    {
        var fault = terms.Fit(passkey);
        if (fault != AssertionFault.None)
            return fault;
        // The chain does not check the origin of a passkey of localhost, whose port changes; the page knows its own.
        return AssertionVerifier.Verify(terms.Challenge, passkey with { OriginHash = Passkey.HashOrigin(terms.Origin) }, assertion);
    }
}
