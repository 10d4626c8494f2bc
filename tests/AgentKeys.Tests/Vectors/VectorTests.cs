using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using Xunit;
using static AgentKeys.Tests.Vectors.VectorFile;

namespace AgentKeys.Tests.Vectors;

public class VectorTests
{
    private static readonly (VectorFile File, Func<string> Render)[] s_files =
    [
        (EnvelopeVectors.File, EnvelopeVectors.Render),
        (SiweVectors.File, SiweVectors.Render),
        (WebAuthnVectors.File, WebAuthnVectors.Render),
        (CreationVectors.File, CreationVectors.Render),
        (TokenVectors.File, TokenVectors.Render),
    ];

    /// <summary>With AGENTKEYS_WRITE_VECTORS=1 the files become what the code makes, before any test reads them.</summary>
    public VectorTests()
    {
        foreach (var (file, render) in Writes ? s_files : [])
            File.WriteAllText(file.Path, render());
    }

    [Fact]
    public void Files_are_what_the_code_makes() => Assert.All(s_files, f => Assert.Equal(File.ReadAllText(f.File.Path), f.Render()));

    [Fact]
    public void Stored_envelopes_open()
    {
        foreach (var c in EnvelopeVectors.File.ReadCases())
        {
            var envelope = Bytes(c!["envelope"]);
            Assert.True(ObjectEnvelope.TryReadHeader(envelope, out var header));
            Assert.True(ObjectName.TryParse(Text(c, "objectName"), out var name));
            var context = new WrapContext((DataClass)c["dataClass"]!.GetValue<byte>(), Omni.Parse(Text(c, "operator")), Omni.Parse(Text(c, "actor")), name,
                header.Key.Kind, header.Key.KeyId, header.Key.Epoch);
            Assert.Equal(Bytes(c["info"]), context.Encode());
            Assert.True(KeyWrap.TryUnwrap(Bytes(c["secret"]), header.Key.Salt, context, header.Key.Wrapped, out var dataKey));
            Assert.True(ObjectEnvelope.TryOpen(envelope, context, dataKey, out var content, out var version));
            Assert.Equal((Text(c, "typedName"), Text(c, "objectVersion")), (content.TypedName, version.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(Bytes(c["value"]), content.Value);
        }
    }

    [Fact]
    public void Stored_logins_verify()
    {
        foreach (var c in SiweVectors.File.ReadCases())
        {
            Assert.Equal(SiweFault.None, SiweVerifier.Verify(Text(c!, "text"), Bytes(c!["signature"]), out var message));
            Assert.Equal(Text(c, "address"), message!.Address.ToString());
            Assert.Equal(Text(c, "device"), message.Device.ToString());
        }
    }

    [Fact]
    public void Stored_assertions_get_their_answer()
    {
        foreach (var c in WebAuthnVectors.File.ReadCases())
        {
            var passkey = new Passkey(Word(c!, "credIdHash"), Word(c!, "x"), Word(c!, "y"), Word(c!, "rpIdHash"), Word(c!, "originHash"));
            var assertion = new WebAuthnAssertion(Bytes(c!["authenticatorData"]), Bytes(c["clientDataJSON"]), Word(c, "r"), Word(c, "s"));
            var fault = AssertionVerifier.Verify(Word(c, "challenge"), passkey, assertion);
            Assert.Equal((Text(c, "name"), Text(c, "fault")), (Text(c, "name"), fault == AssertionFault.None ? "" : fault.ToString()));
        }
    }

    [Fact]
    public void Stored_creations_give_their_passkey()
    {
        foreach (var c in CreationVectors.File.ReadCases())
        {
            var fault = PasskeyRegistration.Parse(Bytes(c!["attestationObject"]), Bytes(c["clientDataJSON"]), Word(c, "challenge"), Text(c, "rpId"), Text(c, "origin"), out var made);
            Assert.Equal(RegistrationFault.None, fault);
            Assert.Equal(Bytes(c["credentialId"]), made!.CredentialId);
            Assert.Equal((Word(c, "x"), Word(c, "y")), (made.X, made.Y));
            Assert.Equal(Text(c, "passkeyHash"), made.ToPasskey(Text(c, "rpId"), Text(c, "origin")).Hash.ToString());
        }
    }

    [Fact]
    public void Stored_tokens_verify()
    {
        var cases = TokenVectors.File.ReadCases().ToDictionary(c => Text(c!, "name"), c => c!);
        var now = DateTimeOffset.FromUnixTimeSeconds(TokenVectors.IssuedAt + 2);
        TrustedKeys Keys(string name) => new([Jwk.TryParse(System.Text.Encoding.UTF8.GetBytes(Text(cases[name], "jwk")), Jwk.P256, out var key) ? key : throw new FormatException()]);
        string Token(string name) => Text(cases[name], "token");

        Assert.All(new[] { "cap", "memory cap", "list cap" }, name => Assert.Null(CapToken.Verify(Token(name), Keys(name), TokenVectors.Issuer, TokenVectors.Chain).Refusal));
        Assert.Null(SessionToken.Verify(Token("session"), Keys("session"), TokenVectors.Issuer, now).Refusal);
        var cap = CapToken.Verify(Token("cap"), Keys("cap"), TokenVectors.Issuer, TokenVectors.Chain).Value;
        Assert.Null(StorageToken.Verify(Token("storage token"), Keys("storage token"), TokenVectors.Issuer, "agentkeys:store:main:credentials", cap.Claims.Actor, DataClass.Credentials, now));

        var body = new Bytes32(System.Security.Cryptography.SHA256.HashData("{}"u8));
        var expected = new ProofExpectation("POST", Text(cases["proof of the cap"], "url"), Token("cap"), body, now, now.AddMinutes(-1));
        Assert.Equal(cap.Claims.Jkt, ProofOfPossession.Verify(Token("proof of the cap"), expected).Value.Jkt);
        Assert.Null(ProofOfPossession.Verify(Token("proof at login"), expected with { Token = null }).Refusal);
    }

    /// <summary>No check is without a vector.</summary>
    [Fact]
    public void Every_fault_of_an_assertion_occurs() =>
        Assert.Equal(
            Enum.GetNames<AssertionFault>().Order(),
            WebAuthnVectors.File.ReadCases().Select(c => Text(c!, "fault") is { Length: > 0 } fault ? fault : "None").Distinct().Order());

    private static string Text(JsonNode node, string key) => node[key]!.GetValue<string>();

    private static Bytes32 Word(JsonNode node, string key) => Bytes32.Parse(Text(node, key));
}
