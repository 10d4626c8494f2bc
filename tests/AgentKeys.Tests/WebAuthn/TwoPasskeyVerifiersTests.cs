using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

/// <summary>Both must accept, and mean the same; what the built-in one refuses the other never sees.</summary>
public sealed class TwoPasskeyVerifiersTests : IDisposable
{
    private static readonly CeremonyTerms s_terms = new(new Bytes32([.. Enumerable.Repeat((byte)7, 32)]), "localhost", "http://localhost:1234");

    private readonly SoftwareAuthenticator _passkey = SoftwareAuthenticator.New("localhost");
    private readonly SecondOpinion _other = new();

    private TwoPasskeyVerifiers Both => new(_other);

    public void Dispose() => _passkey.Dispose();

    [Fact]
    public void What_both_accept_counts()
    {
        Assert.Equal(RegistrationFault.None, Create(out var made));
        Assert.Equal((_passkey.X, _passkey.Y), (made!.X, made.Y));
        Assert.Equal(AssertionFault.None, Assertion());
        Assert.Equal(2, _other.Asked);
        Assert.Equal("other", Both.Name);
    }

    [Fact]
    public void What_the_other_refuses_is_refused_for_its_reason()
    {
        (_other.Creation, _other.Assertion) = (RegistrationFault.AttestationInvalid, AssertionFault.UserNotVerified);
        Assert.Equal(RegistrationFault.AttestationInvalid, Create(out var made));
        Assert.Null(made);
        Assert.Equal(AssertionFault.UserNotVerified, Assertion());
    }

    [Fact]
    public void What_the_built_in_one_refuses_the_other_never_sees()
    {
        var crossOrigin = new AssertionOptions { CrossOrigin = "true" };
        Assert.Equal(RegistrationFault.CrossOrigin, Create(out var made, crossOrigin));
        Assert.Null(made);
        Assert.Equal(AssertionFault.CrossOrigin, Assertion(crossOrigin));
        Assert.Equal(0, _other.Asked);
    }

    public static TheoryData<string, Func<PasskeyRegistration, PasskeyRegistration>> Readings => new()
    {
        { "another x", made => made with { X = made.Y } },
        { "another y", made => made with { Y = made.X } },
        { "another credential id", made => made with { CredentialId = [.. made.CredentialId, 0] } },
        { "another BE", made => made with { BackupEligible = !made.BackupEligible } },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public void What_they_read_differently_is_refused(string what, Func<PasskeyRegistration, PasskeyRegistration> reading)
    {
        Assert.NotNull(what);
        _other.Reading = reading;
        Assert.Equal(RegistrationFault.VerifiersDiffer, Create(out var made));
        Assert.Null(made);
    }

    private RegistrationFault Create(out PasskeyRegistration? made, AssertionOptions? options = null)
    {
        var created = _passkey.Create(s_terms.Challenge, s_terms.Origin, options);
        return Both.VerifyCreation(s_terms, new(created.CredentialId, created.AttestationObject, created.ClientDataJson), out made);
    }

    private AssertionFault Assertion(AssertionOptions? options = null) =>
        Both.VerifyAssertion(s_terms, _passkey.ToPasskey(null), _passkey.Assert(s_terms.Challenge, s_terms.Origin, options));
}

/// <summary>Accepts as the built-in verifier does, unless told what to say instead.</summary>
internal sealed class SecondOpinion : IPasskeyVerifier
{
    private readonly BuiltInPasskeyVerifier _builtIn = new();

    public int Asked { get; private set; }
    public RegistrationFault Creation { get; set; }
    public AssertionFault Assertion { get; set; }
    public Func<PasskeyRegistration, PasskeyRegistration> Reading { get; set; } = made => made;
    public string Name => "other";

    public RegistrationFault VerifyCreation(CeremonyTerms terms, WebAuthnCreation creation, out PasskeyRegistration? registration)
    {
        Asked++;
        Assert.Equal(RegistrationFault.None, _builtIn.VerifyCreation(terms, creation, out registration));
        registration = Creation == RegistrationFault.None ? Reading(registration!) : null;
        return Creation;
    }

    public AssertionFault VerifyAssertion(CeremonyTerms terms, Passkey passkey, WebAuthnAssertion assertion)
    {
        Asked++;
        Assert.Equal(AssertionFault.None, _builtIn.VerifyAssertion(terms, passkey, assertion));
        return Assertion;
    }
}
