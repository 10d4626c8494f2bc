namespace AgentKeys.Protocol;

/// <summary>
/// Judges what a browser answers to a ceremony, with the challenge that the caller names. It keeps nothing: that a challenge is new and
/// means what the page shows, and that an assertion is by the passkey that was asked for, is the caller's. Hostile answers get a
/// fault; nothing is thrown for them.
/// </summary>
public interface IPasskeyVerifier
{
    /// <summary>As configuration spells it.</summary>
    string Name { get; }

    /// <summary>An answer to <c>navigator.credentials.create</c>.</summary>
    /// <param name="registration">what may be enrolled; null with a fault.</param>
    RegistrationFault VerifyCreation(CeremonyTerms terms, WebAuthnCreation creation, out PasskeyRegistration? registration);

    /// <summary>An answer to <c>navigator.credentials.get</c> by this passkey.</summary>
    /// <remarks>The origin is the page's, also for a passkey that is bound to none: the chain cannot know that one, the page does.</remarks>
    AssertionFault VerifyAssertion(CeremonyTerms terms, Passkey passkey, WebAuthnAssertion assertion);
}
