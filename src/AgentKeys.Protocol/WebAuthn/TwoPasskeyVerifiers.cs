namespace AgentKeys.Protocol;

/// <summary>
/// Another verifier beside the built-in one, never in its place: the chain judges as the built-in one does, so what that refuses is
/// refused, and the other never reads it. What counts must satisfy both, and both must have read the same key.
/// </summary>
public sealed class TwoPasskeyVerifiers(IPasskeyVerifier other) : IPasskeyVerifier
{
    private readonly BuiltInPasskeyVerifier _builtIn = new();

    /// <summary>The other's: that the built-in one judges goes without saying.</summary>
    public string Name => other.Name;

    public RegistrationFault VerifyCreation(CeremonyTerms terms, WebAuthnCreation creation, out PasskeyRegistration? registration)
    {
        registration = null;
        var fault = _builtIn.VerifyCreation(terms, creation, out var read);
        if (fault != RegistrationFault.None)
            return fault;
        fault = other.VerifyCreation(terms, creation, out var second);
        if (fault != RegistrationFault.None)
            return fault;
        if (!AreSame(read!, second!))
            return RegistrationFault.VerifiersDiffer;
        registration = read;
        return RegistrationFault.None;
    }

    public AssertionFault VerifyAssertion(CeremonyTerms terms, Passkey passkey, WebAuthnAssertion assertion)
    {
        var fault = _builtIn.VerifyAssertion(terms, passkey, assertion);
        return fault != AssertionFault.None ? fault : other.VerifyAssertion(terms, passkey, assertion);
    }

    private static bool AreSame(PasskeyRegistration one, PasskeyRegistration other) =>
        one.X == other.X && one.Y == other.Y && one.BackupEligible == other.BackupEligible && one.CredentialId.AsSpan().SequenceEqual(other.CredentialId);
}
