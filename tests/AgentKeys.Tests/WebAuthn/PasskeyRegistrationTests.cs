using System.Formats.Cbor;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using FsCheck.Fluent;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

public sealed class PasskeyRegistrationTests : IDisposable
{
    private const string RpId = "keys.example.org";
    private const string Origin = "https://keys.example.org";
    private static readonly Bytes32 s_challenge = new([.. Enumerable.Range(200, 32).Select(i => (byte)i)]);

    private readonly SoftwareAuthenticator _authenticator = SoftwareAuthenticator.New(RpId);

    public void Dispose() => _authenticator.Dispose();

    private RegistrationFault Parse(AssertionOptions? options, out PasskeyRegistration? registration, Bytes32? challenge = null, string rpId = RpId, string origin = Origin)
    {
        var created = _authenticator.Create(s_challenge, Origin, options);
        var fault = PasskeyRegistration.Parse(created.AttestationObject, created.ClientDataJson, challenge ?? s_challenge, rpId, origin, out registration);
        Assert.Equal(fault == RegistrationFault.None, registration is not null);
        return fault;
    }

    private static byte[] Cbor(Action<CborWriter> write)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        write(writer);
        return writer.Encode();
    }

    /// <summary>An attestation object with the same authData and another frame around it.</summary>
    private static Func<byte[], byte[]> Reframe(Action<CborWriter, byte[]> write) => honest =>
    {
        var authData = honest[^(honest.Length - 30)..]; // map, fmt none, attStmt {}, "authData" and the head of a byte string
        return Cbor(writer => write(writer, authData));
    };

    private static void Text(CborWriter writer, string key, string value)
    {
        writer.WriteTextString(key);
        writer.WriteTextString(value);
    }

    private static void EmptyStatement(CborWriter writer)
    {
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
    }

    private static void AuthData(CborWriter writer, byte[] authData)
    {
        writer.WriteTextString("authData");
        writer.WriteByteString(authData);
    }

    [Fact]
    public void An_honest_creation_gives_the_key()
    {
        Assert.Equal(RegistrationFault.None, Parse(null, out var registration));
        Assert.Equal(_authenticator.CredentialId, registration!.CredentialId);
        Assert.Equal((_authenticator.X, _authenticator.Y, false), (registration.X, registration.Y, registration.BackupEligible));
        Assert.Equal(_authenticator.ToPasskey(Origin), registration.ToPasskey(RpId, Origin));
        Assert.Equal(_authenticator.ToPasskey(null), registration.ToPasskey(RpId, null));
        Assert.Equal(AssertionFault.None, AssertionVerifier.Verify(s_challenge, registration.ToPasskey(RpId, Origin), _authenticator.Assert(s_challenge, Origin)));
    }

    public static TheoryData<string, AssertionOptions> Accepted => new()
    {
        { "members in another order", new() { Members = all => all.Reverse() } },
        { "no crossOrigin", new() { CrossOrigin = "" } },
        { "may be synced", new() { Flags = (AuthenticatorFlags)0x4d } },
        { "extensions", new() { Flags = (AuthenticatorFlags)0xc5, BendAuthenticatorData = data => [.. data, 0xa1, 0x61, (byte)'a', 0xf5] } },
        { "attestation in another order", new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); AuthData(w, data); EmptyStatement(w); Text(w, "fmt", "none"); w.WriteEndMap(); }) } },
        { "an attestation that nobody trusts", new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); Text(w, "fmt", "packed"); w.WriteTextString("attStmt"); w.WriteStartMap(1); Text(w, "sig", "x"); w.WriteEndMap(); AuthData(w, data); w.WriteEndMap(); }) } },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Is_taken_when(string what, AssertionOptions options)
    {
        Assert.NotNull(what);
        Assert.Equal(RegistrationFault.None, Parse(options, out var registration));
        Assert.Equal(what == "may be synced", registration!.BackupEligible);
    }

    public static TheoryData<string, RegistrationFault, AssertionOptions> Refused => new()
    {
        { "clientDataJSON is too long", RegistrationFault.ClientDataLength, new() { Members = all => [.. all, new("a", "\"" + new string('x', 2048) + "\"")] } },
        { "clientDataJSON is no object", RegistrationFault.ClientDataMalformed, new() { ClientDataJson = "[]"u8.ToArray() } },
        { "type twice", RegistrationFault.ClientDataDuplicate, new() { Members = all => [.. all, all[0]] } },
        { "type of an assertion", RegistrationFault.TypeMismatch, new() { Type = "webauthn.get" } },
        { "no type", RegistrationFault.TypeMismatch, new() { Members = all => all.Skip(1) } },
        { "another challenge", RegistrationFault.ChallengeMismatch, new() { Challenge = new byte[32] } },
        { "no challenge", RegistrationFault.ChallengeMismatch, new() { Members = all => all.Where(e => e.Key != "challenge") } },
        { "another origin", RegistrationFault.OriginMismatch, new() { Origin = "https://keys.example.com" } },
        { "no origin", RegistrationFault.OriginMismatch, new() { Members = all => all.Where(e => e.Key != "origin") } },
        { "crossOrigin", RegistrationFault.CrossOrigin, new() { CrossOrigin = "true" } },
        { "attestation empty", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = _ => [] } },
        { "attestation cut", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = a => a[..^1] } },
        { "attestation with bytes after", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = a => [.. a, 0] } },
        { "attestation too long", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); Text(w, "fmt", new string('x', 16384)); EmptyStatement(w); AuthData(w, data); w.WriteEndMap(); }) } },
        { "attestation without fmt", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(2); EmptyStatement(w); AuthData(w, data); w.WriteEndMap(); }) } },
        { "attestation with another member", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); Text(w, "fmd", "none"); EmptyStatement(w); AuthData(w, data); w.WriteEndMap(); }) } },
        { "attestation with one member more", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(4); Text(w, "fmt", "none"); EmptyStatement(w); AuthData(w, data); Text(w, "ep", "x"); w.WriteEndMap(); }) } },
        { "authData twice", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); EmptyStatement(w); AuthData(w, data); AuthData(w, data); w.WriteEndMap(); }) } },
        { "authData as text", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, _) => { w.WriteStartMap(3); Text(w, "fmt", "none"); EmptyStatement(w); Text(w, "authData", "x"); w.WriteEndMap(); }) } },
        { "statement no map", RegistrationFault.AttestationObjectMalformed, new() { BendAttestationObject = Reframe((w, data) => { w.WriteStartMap(3); Text(w, "fmt", "none"); Text(w, "attStmt", "x"); AuthData(w, data); w.WriteEndMap(); }) } },
        { "authData shorter than its fixed part", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => data[..36] } },
        { "authData ends before the credential", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => data[..37] } },
        { "authData ends in the credential id", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => data[..60] } },
        { "authData ends in the key", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => data[..^1] } },
        { "bytes after the key", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => [.. data, 0] } },
        { "extensions announced and absent", RegistrationFault.AuthenticatorDataMalformed, new() { Flags = (AuthenticatorFlags)0xc5 } },
        { "extensions that are no map", RegistrationFault.AuthenticatorDataMalformed, new() { Flags = (AuthenticatorFlags)0xc5, BendAuthenticatorData = data => [.. data, 0] } },
        { "bytes after the extensions", RegistrationFault.AuthenticatorDataMalformed, new() { Flags = (AuthenticatorFlags)0xc5, BendAuthenticatorData = data => [.. data, 0xa0, 0] } },
        { "empty credential id", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => [.. data[..53], 0, 0, .. data[87..]] } },
        { "credential id of 1024 bytes", RegistrationFault.AuthenticatorDataMalformed, new() { BendAuthenticatorData = data => [.. data[..53], 4, 0, .. new byte[1024], .. data[87..]] } },
        { "another relying party", RegistrationFault.RpIdMismatch, new() { RpId = "example.org" } },
        { "UP is not set", RegistrationFault.UserNotPresent, new() { Flags = (AuthenticatorFlags)0x44 } },
        { "UV is not set", RegistrationFault.UserNotVerified, new() { Flags = (AuthenticatorFlags)0x41 } },
        { "BS without BE", RegistrationFault.BackupStateInvalid, new() { Flags = (AuthenticatorFlags)0x55 } },
        { "AT is not set", RegistrationFault.CredentialMissing, new() { Flags = (AuthenticatorFlags)0x05 } },
        { "a key of another type", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => Set(key, 2, 0x01) } },
        { "another algorithm", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => Set(key, 4, 0x27) } },
        { "another curve", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => Set(key, 6, 0x02) } },
        { "a member more in the key", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => [0xa6, .. key[1..], 0x23, 0x00] } },
        { "a member less in the key", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => [0xa4, 0x01, .. key[2..^35]] } },
        { "a compressed key", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => [.. key[..^34], 0xf5] } },
        { "a coordinate of 31 bytes", RegistrationFault.KeyUnsupported, new() { BendCoseKey = key => [.. key[..^34], 0x58, 31, .. key[^31..]] } },
        { "the key is no map", RegistrationFault.KeyUnsupported, new() { BendCoseKey = _ => [0x00] } },
        { "the key is off the curve", RegistrationFault.KeyInvalid, new() { BendCoseKey = key => Set(key, key.Length - 1, (byte)(key[^1] ^ 1)) } },
        { "the key is all zero", RegistrationFault.KeyInvalid, new() { BendCoseKey = key => [.. key[..10], .. new byte[32], .. key[42..45], .. new byte[32]] } },
        { "a coordinate is not reduced", RegistrationFault.KeyInvalid, new() { BendCoseKey = key => [.. key[..10], .. SmallPoint.UnreducedX, .. key[42..45], .. SmallPoint.Y] } },
    };

    private static byte[] Set(byte[] bytes, int index, byte value)
    {
        bytes[index] = value;
        return bytes;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Fails_when(string what, RegistrationFault expected, AssertionOptions options)
    {
        Assert.NotNull(what);
        Assert.Equal(expected, Parse(options, out _));
    }

    /// <summary>The point with x = 5 is fine; the same point written with x = 5 + p is not.</summary>
    [Fact]
    public void The_unreduced_points_reduced_twin_is_a_key()
    {
        var options = new AssertionOptions { BendCoseKey = key => [.. key[..10], .. SmallPoint.X, .. key[42..45], .. SmallPoint.Y] };
        Assert.Equal(RegistrationFault.None, Parse(options, out _));
    }

    [Fact]
    public void Fails_when_something_else_was_expected()
    {
        Assert.Equal(RegistrationFault.ChallengeMismatch, Parse(null, out _, challenge: default(Bytes32)));
        Assert.Equal(RegistrationFault.RpIdMismatch, Parse(null, out _, rpId: "example.org"));
        Assert.Equal(RegistrationFault.OriginMismatch, Parse(null, out _, origin: "https://example.org"));
    }

    [Fact]
    public void Arbitrary_bytes_never_throw()
    {
        var honest = _authenticator.Create(s_challenge, Origin);
        RegistrationFault Of(byte[] attestation) => PasskeyRegistration.Parse(attestation, honest.ClientDataJson, s_challenge, RpId, Origin, out _);

        for (var cut = 0; cut < honest.AttestationObject.Length; cut++)
            Assert.NotEqual(RegistrationFault.None, Of(honest.AttestationObject[..cut]));
        for (var bit = 0; bit < 8 * honest.AttestationObject.Length; bit++)
        {
            var flipped = honest.AttestationObject.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            _ = Of(flipped); // formats, counters and ids may differ freely; only an exception would be wrong
        }
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[], byte[]>((a, b) =>
        {
            _ = Of([.. honest.AttestationObject.AsSpan(0, Math.Min(honest.AttestationObject.Length, 30 + (b?.Length ?? 0))), .. a ?? []]);
            return Of(a ?? []) != RegistrationFault.None;
        }));
    }
}
