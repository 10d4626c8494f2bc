using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Tests.Repository;
using Xunit;
using static AgentKeys.Tests.Vectors.VectorFile;

namespace AgentKeys.Tests.Vectors;

/// <summary>What a real browser made: read, never written, by these tests (<c>tests/vectors/README.md</c>).</summary>
public class ChromiumVectorTests
{
    private static readonly VectorFile s_file = new("webauthn-chromium.json");
    private static readonly Case[] s_cases = [.. s_file.ReadCases().Select(c => Read(c!))];
    private static readonly Case[] s_good = [.. s_cases.Where(c => c.Fault == "" && !c.Name.StartsWith("bent", StringComparison.Ordinal))];

    [Fact]
    public void Every_assertion_gets_its_answer() =>
        Assert.All(s_cases, c => Assert.Equal((c.Name, c.Fault), (c.Name, c.Answer())));

    [Fact]
    public void Every_created_passkey_is_read()
    {
        var creations = Creations();
        Assert.InRange(creations.Count, 6, 32);
        foreach (var c in creations)
        {
            var verified = c!["userVerified"]!.GetValue<bool>();
            var fault = PasskeyRegistration.Parse(
                Bytes(c["attestationObject"]), Bytes(c["clientDataJSON"]), Word(c, "challenge"), Text(c, "rpId"), Text(c, "origin"), out var made);
            Assert.Equal(verified ? RegistrationFault.None : RegistrationFault.UserNotVerified, fault);
            if (made is null)
                continue;
            Assert.Equal(Bytes(c["credentialId"]), made.CredentialId);
            Assert.Equal((Word(c, "x"), Word(c, "y")), (made.X, made.Y));
            Assert.Equal(Text(c, "passkeyHash"), made.ToPasskey(Text(c, "rpId"), Text(c, "origin")).Hash.ToString());
        }
    }

    /// <summary>The file is what its script makes now, not what an older one made.</summary>
    [Fact]
    public void File_is_of_the_script_as_it_stands()
    {
        var root = s_file.TryRead()!;
        var script = File.ReadAllBytes(RepositoryRoot.File("contracts/tools/chromium-vectors.mjs"));
        Assert.Equal(Hex(SHA256.HashData(script)), Text(root, "generatorSha256"));
        Assert.StartsWith("Chrome/", Text(root, "browser"), StringComparison.Ordinal);
    }

    /// <summary>Nothing that the browser can vary is there in one form only.</summary>
    [Fact]
    public void Assertions_vary_in_all_that_may_vary()
    {
        Assert.InRange(s_good.Length, 20, 100);
        Assert.Equal(3, s_good.Select(c => c.Passkey.RpIdHash).Distinct().Count());
        Assert.InRange(s_good.Select(c => c.Passkey.X).Distinct().Count(), 5, 100);
        Assert.InRange(s_good.Count(c => P256Order.IsHigh(c.Assertion.S)), 3, s_good.Length - 3);
        Assert.InRange(s_good.Select(c => AssertionVerifier.SignCount(c.Assertion)).Distinct().Count(), 10, 100);
        Assert.Contains(s_good, c => AssertionVerifier.SignCount(c.Assertion) >= 1u << 31);
        Assert.Equal([0x05, 0x0d, 0x1d, 0x85], s_good.Select(c => (int)c.Assertion.AuthenticatorData[32]).Distinct().Order());
        Assert.Contains(s_good, c => c.Assertion.AuthenticatorData.Length > 37);
        Assert.Contains(s_good, c => c.Passkey.OriginHash.IsZero);
        Assert.InRange(s_good.Select(c => c.Challenge).Distinct().Count(), s_good.Length, s_good.Length);
    }

    [Fact]
    public void Every_fault_occurs_that_the_length_of_a_text_does_not_make() =>
        Assert.Equal(
            Enum.GetNames<AssertionFault>().Except([nameof(AssertionFault.None), nameof(AssertionFault.ClientDataLength)]).Order(),
            s_cases.Select(c => c.Fault).Where(f => f.Length > 0).Distinct().Order());

    /// <summary>Each case has the members that forge decodes by their order, and no other.</summary>
    [Fact]
    public void Cases_have_the_shape_of_the_other_file()
    {
        var shape = WebAuthnVectors.File.ReadCases()[0]!.AsObject().Select(m => m.Key).ToArray();
        Assert.All(s_file.ReadCases(), c => Assert.Equal(shape, c!.AsObject().Select(m => m.Key)));
    }

    private static JsonArray Creations() => s_file.TryRead()!["creations"]!.AsArray();

    private static Case Read(JsonNode c) => new(
        Text(c, "name"),
        Word(c, "challenge"),
        new Passkey(Word(c, "credIdHash"), Word(c, "x"), Word(c, "y"), Word(c, "rpIdHash"), Word(c, "originHash")),
        new WebAuthnAssertion(Bytes(c["authenticatorData"]), Bytes(c["clientDataJSON"]), Word(c, "r"), Word(c, "s")),
        Text(c, "fault"));

    private static string Text(JsonNode node, string key) => node[key]!.GetValue<string>();

    private static Bytes32 Word(JsonNode node, string key) => Bytes32.Parse(Text(node, key));

    private sealed record Case(string Name, Bytes32 Challenge, Passkey Passkey, WebAuthnAssertion Assertion, string Fault)
    {
        public string Answer() => AssertionVerifier.Verify(Challenge, Passkey, Assertion) is var fault && fault == AssertionFault.None ? "" : fault.ToString();
    }
}
