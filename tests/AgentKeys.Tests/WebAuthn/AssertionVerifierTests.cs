using System.Numerics;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using FsCheck.Fluent;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

public sealed class AssertionVerifierTests : IDisposable
{
    private const string RpId = "keys.example.org";
    private const string Origin = "https://keys.example.org";
    private static readonly Bytes32 s_challenge = new([.. Enumerable.Range(200, 32).Select(i => (byte)i)]);
    private static readonly BigInteger s_order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", System.Globalization.NumberStyles.HexNumber, null);

    private readonly SoftwareAuthenticator _authenticator = SoftwareAuthenticator.New(RpId);

    private Passkey Bound => _authenticator.ToPasskey(Origin);

    public void Dispose() => _authenticator.Dispose();

    private AssertionFault Verify(AssertionOptions? options = null, Passkey? passkey = null, Bytes32? challenge = null) =>
        AssertionVerifier.Verify(challenge ?? s_challenge, passkey ?? Bound, _authenticator.Assert(s_challenge, Origin, options));

    private static AssertionOptions Members(Func<IReadOnlyList<ClientDataEntry>, IEnumerable<ClientDataEntry>> change) => new() { Members = change };

    private static AssertionOptions Replace(string key, string rawValue) => Members(all => all.Select(e => e.Key == key ? e with { RawValue = rawValue } : e));

    [Fact]
    public void An_honest_assertion_counts()
    {
        Assert.Equal(AssertionFault.None, Verify());
        Assert.Equal(AssertionFault.None, Verify(passkey: _authenticator.ToPasskey(origin: null)));
        Assert.Equal(3u, AssertionVerifier.SignCount(_authenticator.Assert(s_challenge, Origin)));
    }

    public static TheoryData<string, AssertionOptions> Accepted => new()
    {
        { "no crossOrigin", new() { CrossOrigin = "" } },
        { "reordered", Members(all => all.Reverse()) },
        { "one more in front", Members(all => [new("androidPackageName", "\"com.example\""), .. all]) },
        { "one more behind", Members(all => [.. all, new("other_keys_can_be_added_here", "\"do not compare clientDataJSON against a template\"")]) },
        { "the meaningful names nested", Members(all => [new("a", """{"type":"x","challenge":"x","origin":"x","crossOrigin":true}"""), .. all]) },
        { "synced", new() { Flags = (AuthenticatorFlags)0x1d } },
        { "may be synced", new() { Flags = (AuthenticatorFlags)0x0d } },
        { "extensions", new() { Flags = (AuthenticatorFlags)0x85, BendAuthenticatorData = data => [.. data, 0xa0] } },
        { "counter zero", new() { SignCount = 0 } },
        { "counter at its end", new() { SignCount = uint.MaxValue } },
        { "1024 bytes of authenticatorData", new() { BendAuthenticatorData = data => [.. data, .. new byte[1024 - data.Length]] } },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Counts_when(string what, AssertionOptions options)
    {
        Assert.NotNull(what);
        Assert.Equal(AssertionFault.None, Verify(options));
    }

    public static TheoryData<string, AssertionFault, AssertionOptions> Refused => new()
    {
        { "authenticatorData is cut", AssertionFault.AuthenticatorDataLength, new() { BendAuthenticatorData = data => data[..36] } },
        { "authenticatorData is empty", AssertionFault.AuthenticatorDataLength, new() { BendAuthenticatorData = _ => [] } },
        { "authenticatorData is too long", AssertionFault.AuthenticatorDataLength, new() { BendAuthenticatorData = data => [.. data, .. new byte[1025 - data.Length]] } },
        { "another relying party", AssertionFault.RpIdMismatch, new() { RpId = "example.org" } },
        { "UP is not set", AssertionFault.UserNotPresent, new() { Flags = AuthenticatorFlags.UserVerified } },
        { "UV is not set", AssertionFault.UserNotVerified, new() { Flags = AuthenticatorFlags.UserPresent } },
        { "BS without BE", AssertionFault.BackupStateInvalid, new() { Flags = (AuthenticatorFlags)0x15 } },
        { "clientDataJSON is too long", AssertionFault.ClientDataLength, Members(all => [.. all, new("a", "\"" + new string('x', 2048) + "\"")]) },
        { "clientDataJSON is no object", AssertionFault.ClientDataMalformed, new() { ClientDataJson = "[]"u8.ToArray() } },
        { "clientDataJSON is empty", AssertionFault.ClientDataMalformed, new() { ClientDataJson = [] } },
        { "an escape in a key", AssertionFault.ClientDataMalformed, Members(all => all.Select(e => e.Key == "type" ? e with { Key = "t\\u0079pe" } : e)) },
        { "type twice", AssertionFault.ClientDataDuplicate, Members(all => [.. all, all[0]]) },
        { "challenge twice", AssertionFault.ClientDataDuplicate, Members(all => [.. all, all[1]]) },
        { "origin twice", AssertionFault.ClientDataDuplicate, Members(all => [.. all, all[2]]) },
        { "crossOrigin twice", AssertionFault.ClientDataDuplicate, Members(all => [.. all, all[3]]) },
        { "no type", AssertionFault.TypeMissing, Members(all => all.Where(e => e.Key != "type")) },
        { "type nested only", AssertionFault.TypeMissing, Members(all => [new("a", """{"type":"webauthn.get"}"""), .. all.Where(e => e.Key != "type")]) },
        { "no challenge", AssertionFault.ChallengeMissing, Members(all => all.Where(e => e.Key != "challenge")) },
        { "challenge nested only", AssertionFault.ChallengeMissing, Members(all => [new("a", $$"""{"challenge":{{all[1].RawValue}}}"""), .. all.Where(e => e.Key != "challenge")]) },
        { "no origin", AssertionFault.OriginMissing, Members(all => all.Where(e => e.Key != "origin")) },
        { "type of a creation", AssertionFault.TypeMismatch, new() { Type = "webauthn.create" } },
        { "type with an escape", AssertionFault.TypeMismatch, Replace("type", "\"webauthn\\u002eget\"") },
        { "type in other case", AssertionFault.TypeMismatch, new() { Type = "webauthn.Get" } },
        { "type is no string", AssertionFault.TypeMismatch, Replace("type", "null") },
        { "another challenge", AssertionFault.ChallengeMismatch, new() { Challenge = new byte[32] } },
        { "a longer challenge", AssertionFault.ChallengeMismatch, new() { Challenge = [.. s_challenge.ToArray(), 0] } },
        { "a shorter challenge", AssertionFault.ChallengeMismatch, new() { Challenge = s_challenge.ToArray()[..31] } },
        { "no challenge bytes", AssertionFault.ChallengeMismatch, new() { Challenge = [] } },
        { "challenge with padding", AssertionFault.ChallengeMismatch, Members(all => all.Select(e => e.Key == "challenge" ? e with { RawValue = e.RawValue[..^1] + "=\"" } : e)) },
        { "challenge in the other alphabet", AssertionFault.ChallengeMismatch, Members(all => all.Select(e => e.Key == "challenge" ? e with { RawValue = e.RawValue.Replace('_', '/').Replace('-', '+') } : e)) },
        { "challenge is no string", AssertionFault.ChallengeMismatch, Replace("challenge", "1") },
        { "another origin", AssertionFault.OriginMismatch, new() { Origin = "https://keys.example.com" } },
        { "an origin with a path", AssertionFault.OriginMismatch, new() { Origin = Origin + "/" } },
        { "an origin with an escape", AssertionFault.OriginMismatch, Replace("origin", "\"https:\\/\\/keys.example.org\"") },
        { "origin is no string", AssertionFault.OriginMismatch, Replace("origin", "[]") },
        { "crossOrigin", AssertionFault.CrossOrigin, new() { CrossOrigin = "true" } },
        { "crossOrigin as text", AssertionFault.CrossOrigin, new() { CrossOrigin = "\"false\"" } },
        { "crossOrigin null", AssertionFault.CrossOrigin, new() { CrossOrigin = "null" } },
        { "another signature", AssertionFault.SignatureInvalid, new() { BendSignature = der => [.. der[..^1], (byte)(der[^1] ^ 1)] } },
        { "r and s zero", AssertionFault.SignatureInvalid, new() { BendSignature = _ => [0x30, 6, 2, 1, 0, 2, 1, 0] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Fails_when(string what, AssertionFault expected, AssertionOptions options)
    {
        Assert.NotNull(what);
        Assert.Equal(expected, Verify(options));
    }

    [Fact]
    public void Fails_when_the_passkey_or_the_challenge_is_another()
    {
        using var other = SoftwareAuthenticator.New(RpId);
        Assert.Equal(AssertionFault.SignatureInvalid, Verify(passkey: other.ToPasskey(Origin)));
        Assert.Equal(AssertionFault.SignatureInvalid, Verify(passkey: Bound with { X = default, Y = default }));
        Assert.Equal(AssertionFault.SignatureInvalid, Verify(passkey: Bound with { Y = new Bytes32([.. Enumerable.Repeat((byte)0xff, 32)]) }));
        Assert.Equal(AssertionFault.RpIdMismatch, Verify(passkey: Bound with { RpIdHash = default }));
        Assert.Equal(AssertionFault.OriginMismatch, Verify(passkey: Bound with { OriginHash = new Bytes32([.. Enumerable.Repeat((byte)1, 32)]) }));
        Assert.Equal(AssertionFault.ChallengeMismatch, Verify(challenge: default(Bytes32)));
        Assert.Equal(AssertionFault.None, Verify(passkey: Bound with { CredentialIdHash = default })); // names the key for browsers only
    }

    /// <summary>An origin is needed even where it is not compared, as on chain.</summary>
    [Fact]
    public void An_unbound_passkey_still_needs_an_origin()
    {
        var unbound = _authenticator.ToPasskey(origin: null);
        Assert.Equal(AssertionFault.None, Verify(new() { Origin = "http://localhost:1234" }, unbound));
        Assert.Equal(AssertionFault.OriginMissing, Verify(Members(all => all.Where(e => e.Key != "origin")), unbound));
        Assert.Equal(AssertionFault.OriginMismatch, Verify(Replace("origin", "null"), unbound));
    }

    [Fact]
    public void Low_and_high_s_count_and_out_of_range_does_not()
    {
        var assertion = _authenticator.Assert(s_challenge, Origin);
        var s = Number(assertion.S);
        Assert.Equal(AssertionFault.None, AssertionVerifier.Verify(s_challenge, Bound, assertion with { S = Word(s_order - s) }));
        Assert.Equal(AssertionFault.SignatureInvalid, AssertionVerifier.Verify(s_challenge, Bound, assertion with { S = Word(s_order) }));
        Assert.Equal(AssertionFault.SignatureInvalid, AssertionVerifier.Verify(s_challenge, Bound, assertion with { R = Word(s_order) }));
        Assert.Equal(AssertionFault.SignatureInvalid, AssertionVerifier.Verify(s_challenge, Bound, assertion with { R = default }));
        Assert.Equal(AssertionFault.SignatureInvalid, AssertionVerifier.Verify(s_challenge, Bound, assertion with { S = default }));
        Assert.Equal(AssertionFault.SignatureInvalid, AssertionVerifier.Verify(s_challenge, Bound, assertion with { R = assertion.S, S = assertion.R }));
    }

    /// <summary>Every byte of what was signed counts: after one flipped bit no assertion passes.</summary>
    [Fact]
    public void Fails_when_any_bit_differs()
    {
        var assertion = _authenticator.Assert(s_challenge, Origin);
        foreach (var part in new[] { assertion.AuthenticatorData, assertion.ClientDataJson })
        {
            for (var bit = 0; bit < 8 * part.Length; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(AssertionFault.None, AssertionVerifier.Verify(s_challenge, Bound, assertion));
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
        Assert.Equal(AssertionFault.None, AssertionVerifier.Verify(s_challenge, Bound, assertion));
    }

    [Fact]
    public void Arbitrary_bytes_never_count_and_never_throw()
    {
        var valid = _authenticator.Assert(s_challenge, Origin);
        var passkey = Bound;
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[], byte[]>((a, b) =>
            AssertionVerifier.Verify(s_challenge, passkey, valid with { AuthenticatorData = a ?? [], ClientDataJson = b ?? [] }) != AssertionFault.None
            && AssertionVerifier.Verify(s_challenge, passkey, valid with { ClientDataJson = [.. valid.ClientDataJson, .. b ?? [], 1] }) != AssertionFault.None));
    }

    private static BigInteger Number(Bytes32 word) => new(word.ToArray(), isUnsigned: true, isBigEndian: true);

    private static Bytes32 Word(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Bytes32([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
