using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using AgentKeys.Tests.Vectors;
using FsCheck.Fluent;
using Xunit;
using static AgentKeys.Tests.Vectors.VectorFile;

namespace AgentKeys.Tests.WebAuthn;

/// <summary>
/// What every <see cref="IPasskeyVerifier"/> is held to: software passkeys bent in one place each, and what Chromium made. The tables
/// are those of the built-in checks; where another verifier answers otherwise its class says so, row by row.
/// </summary>
public abstract class PasskeyVerifierSuite(IPasskeyVerifier verifier) : IDisposable
{
    private static readonly CeremonyTerms s_terms = new(new Bytes32([.. Enumerable.Range(200, 32).Select(i => (byte)i)]), "keys.example.org", "https://keys.example.org");
    private static readonly JsonNode s_chromium = new VectorFile("webauthn-chromium.json").TryRead()!;

    private readonly SoftwareAuthenticator _passkey = SoftwareAuthenticator.New(s_terms.RpId);

    public void Dispose()
    {
        _passkey.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers that differ from the built-in verifier's, by the row of its table.</summary>
    protected virtual IReadOnlyDictionary<string, AssertionFault> OtherAssertionFaults { get; } = new Dictionary<string, AssertionFault>();

    protected virtual IReadOnlyDictionary<string, RegistrationFault> OtherRegistrationFaults { get; } = new Dictionary<string, RegistrationFault>();

    [Fact]
    public void Assertions_get_their_answers()
    {
        var rows = AssertionVerifierTests.Accepted.Select(r => ((string)r[0], AssertionFault.None, (AssertionOptions)r[1]))
            .Concat(AssertionVerifierTests.Refused.Select(r => ((string)r[0], (AssertionFault)r[1], (AssertionOptions)r[2]))).ToList();
        AssertSame(rows.Select(r => (r.Item1, r.Item2, Verify(r.Item3))), OtherAssertionFaults);
    }

    [Fact]
    public void Creations_get_their_answers()
    {
        var rows = PasskeyRegistrationTests.Accepted.Select(r => ((string)r[0], RegistrationFault.None, (AssertionOptions)r[1]))
            .Concat(PasskeyRegistrationTests.Refused.Select(r => ((string)r[0], (RegistrationFault)r[1], (AssertionOptions)r[2]))).ToList();
        AssertSame(rows.Select(r => (r.Item1, r.Item2, Create(r.Item3))), OtherRegistrationFaults);
    }

    [Fact]
    public void A_creation_and_the_assertion_that_follows_it_count()
    {
        var created = _passkey.Create(s_terms.Challenge, s_terms.Origin);
        Assert.Equal(RegistrationFault.None, verifier.VerifyCreation(s_terms, Answer(created), out var made));
        Assert.Equal(_passkey.CredentialId, made!.CredentialId);
        Assert.Equal((_passkey.X, _passkey.Y, false), (made.X, made.Y, made.BackupEligible));
        Assert.Equal(AssertionFault.None, verifier.VerifyAssertion(s_terms, made.ToPasskey(s_terms.RpId, null), _passkey.Assert(s_terms.Challenge, s_terms.Origin)));
    }

    [Fact]
    public void What_was_asked_for_elsewhere_does_not_count()
    {
        Assert.Equal(AssertionFault.ChallengeMismatch, Verify(terms: s_terms with { Challenge = default }));
        Assert.Equal(AssertionFault.RpIdMismatch, Verify(terms: s_terms with { RpId = "example.org" }));
        Assert.Equal(AssertionFault.OriginMismatch, Verify(terms: s_terms with { Origin = "https://keys.example.org:444" }));
        Assert.Equal(RegistrationFault.ChallengeMismatch, Create(terms: s_terms with { Challenge = default }));
        Assert.Equal(RegistrationFault.RpIdMismatch, Create(terms: s_terms with { RpId = "example.org" }));
        Assert.Equal(RegistrationFault.OriginMismatch, Create(terms: s_terms with { Origin = "https://keys.example.org:444" }));
    }

    /// <summary>The chain compares with what was enrolled: an answer that fits the page and not the passkey is refused before it is sent.</summary>
    [Fact]
    public void What_the_passkey_is_not_enrolled_for_does_not_count()
    {
        var bound = _passkey.ToPasskey(s_terms.Origin);
        var honest = _passkey.Assert(s_terms.Challenge, s_terms.Origin);
        Assert.Equal(AssertionFault.None, verifier.VerifyAssertion(s_terms, bound, honest));
        Assert.Equal(AssertionFault.RpIdMismatch, verifier.VerifyAssertion(s_terms, bound with { RpIdHash = Passkey.HashRpId("example.org") }, honest));
        Assert.Equal(AssertionFault.OriginMismatch, verifier.VerifyAssertion(s_terms, bound with { OriginHash = Passkey.HashOrigin("https://example.org") }, honest));

        // The passkey and the answer agree on another relying party: it is not this page's.
        var elsewhere = _passkey.Assert(s_terms.Challenge, s_terms.Origin, new() { RpId = "example.org" });
        Assert.Equal(AssertionFault.RpIdMismatch, verifier.VerifyAssertion(s_terms, bound with { RpIdHash = Passkey.HashRpId("example.org") }, elsewhere));
    }

    [Fact]
    public void The_credential_id_is_the_one_in_the_signed_bytes()
    {
        var created = Answer(_passkey.Create(s_terms.Challenge, s_terms.Origin));
        Assert.Equal(RegistrationFault.CredentialIdMismatch, verifier.VerifyCreation(s_terms, created with { CredentialId = [1, .. created.CredentialId] }, out var made));
        Assert.Null(made);
        Assert.Equal(RegistrationFault.CredentialIdMismatch, verifier.VerifyCreation(s_terms, created with { CredentialId = created.CredentialId[..^1] }, out _));
    }

    [Fact]
    public void Another_key_did_not_sign()
    {
        using var other = SoftwareAuthenticator.New(s_terms.RpId);
        var honest = _passkey.Assert(s_terms.Challenge, s_terms.Origin);
        var passkey = _passkey.ToPasskey(null);
        Assert.Equal(AssertionFault.SignatureInvalid, verifier.VerifyAssertion(s_terms, other.ToPasskey(null), honest));
        Assert.Equal(AssertionFault.SignatureInvalid, verifier.VerifyAssertion(s_terms, passkey with { X = default, Y = default }, honest));
        Assert.Equal(AssertionFault.SignatureInvalid, verifier.VerifyAssertion(s_terms, passkey, honest with { R = honest.S, S = honest.R }));
        Assert.Equal(AssertionFault.SignatureInvalid, verifier.VerifyAssertion(s_terms, passkey, honest with { S = default }));
    }

    [Fact]
    public void Chromiums_assertions_get_their_answers()
    {
        var rows = s_chromium["cases"]!.AsArray().Select(c => ChromiumAssertion(c!)).ToList();
        Assert.InRange(rows.Count, 50, 200);
        AssertSame(rows, OtherAssertionFaults);
    }

    [Fact]
    public void Chromiums_passkeys_are_read()
    {
        foreach (var c in s_chromium["creations"]!.AsArray())
        {
            var terms = new CeremonyTerms(Word(c!, "challenge"), Text(c!, "rpId"), Text(c!, "origin"));
            var fault = verifier.VerifyCreation(terms, new(Bytes(c!["credentialId"]), Bytes(c["attestationObject"]), Bytes(c["clientDataJSON"])), out var made);
            Assert.Equal(c["userVerified"]!.GetValue<bool>() ? RegistrationFault.None : RegistrationFault.UserNotVerified, fault);
            if (made is not null)
                Assert.Equal(Text(c, "passkeyHash"), made.ToPasskey(terms.RpId, terms.Origin).Hash.ToString());
        }
    }

    [Fact]
    public void Arbitrary_bytes_never_count_and_never_throw()
    {
        var created = _passkey.Create(s_terms.Challenge, s_terms.Origin);
        var honestCreation = Answer(created);
        var honest = _passkey.Assert(s_terms.Challenge, s_terms.Origin);
        var passkey = _passkey.ToPasskey(null);
        for (var cut = 0; cut < created.AttestationObject.Length; cut++)
            Assert.NotEqual(RegistrationFault.None, verifier.VerifyCreation(s_terms, honestCreation with { AttestationObject = created.AttestationObject[..cut] }, out _));
        for (var cut = 0; cut < honest.AuthenticatorData.Length; cut++)
            Assert.NotEqual(AssertionFault.None, verifier.VerifyAssertion(s_terms, passkey, honest with { AuthenticatorData = honest.AuthenticatorData[..cut] }));
        for (var bit = 0; bit < 8 * created.AttestationObject.Length; bit++)
        {
            var flipped = created.AttestationObject.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            _ = verifier.VerifyCreation(s_terms, honestCreation with { AttestationObject = flipped }, out _); // counters and ids may differ freely; only an exception would be wrong
        }
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[], byte[]>((a, b) =>
            verifier.VerifyCreation(s_terms, new(b ?? [], a ?? [], b ?? []), out _) != RegistrationFault.None
            && verifier.VerifyCreation(s_terms, honestCreation with { AttestationObject = a ?? [] }, out _) != RegistrationFault.None
            && verifier.VerifyAssertion(s_terms, passkey, honest with { AuthenticatorData = a ?? [] }) != AssertionFault.None
            && verifier.VerifyAssertion(s_terms, passkey, honest with { ClientDataJson = b ?? [] }) != AssertionFault.None));
    }

    private AssertionFault Verify(AssertionOptions? options = null, CeremonyTerms? terms = null) =>
        verifier.VerifyAssertion(terms ?? s_terms, _passkey.ToPasskey(null), _passkey.Assert(s_terms.Challenge, s_terms.Origin, options));

    private RegistrationFault Create(AssertionOptions? options = null, CeremonyTerms? terms = null)
    {
        var created = _passkey.Create(s_terms.Challenge, s_terms.Origin, options);
        var fault = verifier.VerifyCreation(terms ?? s_terms, Answer(created), out var made);
        Assert.Equal(fault == RegistrationFault.None, made is not null);
        return fault;
    }

    private static WebAuthnCreation Answer(CreatedCredential created) => new(created.CredentialId, created.AttestationObject, created.ClientDataJson);

    private (string, AssertionFault, AssertionFault) ChromiumAssertion(JsonNode c)
    {
        var passkey = new Passkey(Word(c, "credIdHash"), Word(c, "x"), Word(c, "y"), Word(c, "rpIdHash"), Word(c, "originHash"));
        var assertion = new WebAuthnAssertion(Bytes(c["authenticatorData"]), Bytes(c["clientDataJSON"]), Word(c, "r"), Word(c, "s"));
        // The file has hashes: who asked is one of those that created passkeys.
        var asked = s_chromium["creations"]!.AsArray().Select(made => (RpId: Text(made!, "rpId"), Origin: Text(made!, "origin"))).ToList();
        var rpId = asked.First(a => Passkey.HashRpId(a.RpId) == passkey.RpIdHash).RpId;
        var origin = asked.First(a => passkey.OriginHash.IsZero ? a.RpId == rpId : Passkey.HashOrigin(a.Origin) == passkey.OriginHash).Origin;
        var expected = Text(c, "fault");
        return (Text(c, "name"), expected.Length == 0 ? AssertionFault.None : Enum.Parse<AssertionFault>(expected), verifier.VerifyAssertion(new(Word(c, "challenge"), rpId, origin), passkey, assertion));
    }

    /// <summary>All differences at once, as text that can be read.</summary>
    private static void AssertSame<TFault>(IEnumerable<(string What, TFault Expected, TFault Given)> rows, IReadOnlyDictionary<string, TFault> others) where TFault : struct, Enum
    {
        var wrong = rows.Select(r => (r.What, Expected: others.GetValueOrDefault(r.What, r.Expected), r.Given))
            .Where(r => !r.Expected.Equals(r.Given)).Select(r => $"{r.What}: {r.Expected} was expected, {r.Given} came").ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Text(JsonNode node, string key) => node[key]!.GetValue<string>();

    private static Bytes32 Word(JsonNode node, string key) => Bytes32.Parse(Text(node, key));
}
