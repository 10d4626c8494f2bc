using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Tests.Vectors;

/// <summary>
/// Assertions, good and bad, and what both verifiers say of them. ECDSA here has random nonces, so a signature is made once and
/// kept as long as it is valid for what is signed; everything else is made anew and compared.
/// </summary>
internal static class WebAuthnVectors
{
    public const string Description =
        "Assertions by one P-256 key. fault: AssertionVerifier's answer; contractError: K11Verifier's, called with these positions "
        + "(2^256 - 1 where there is no such member). Both empty: the assertion counts. Bad ones are really signed unless the signature is what is bad.";

    private const string RpId = "keys.example.org";
    private const string Origin = "https://keys.example.org";

    public static readonly Bytes32 Challenge = new([.. Enumerable.Range(200, 32).Select(i => (byte)i)]);

    public static VectorFile File { get; } = new("webauthn.json");

    public static string Render()
    {
        using var authenticator = SoftwareAuthenticator.FromPrivateKey([.. Enumerable.Range(1, 32).Select(i => (byte)i)], [.. Enumerable.Range(1, 16).Select(i => (byte)i)], RpId);
        var kept = (File.TryRead()?["cases"]?.AsArray() ?? []).ToDictionary(c => c!["name"]!.GetValue<string>(), c => c!);
        var bound = authenticator.ToPasskey(Origin);
        var cases = Bends().Select(bend => Sign(authenticator, bound, bend, kept)).ToList();
        cases.Add(Sign(authenticator, authenticator.ToPasskey(null), new("another origin, not compared", new() { Origin = "http://localhost:40123" }), kept));
        cases.AddRange(SignatureCases(cases[0], bound));
        return VectorFile.Render(Description, cases.Select(c => c.ToJson()));
    }

    private static AssertionVector Sign(SoftwareAuthenticator authenticator, Passkey passkey, Bend bend, Dictionary<string, JsonNode> kept)
    {
        var made = authenticator.Assert(Challenge, Origin, bend.Options with { SignCount = 7 });
        if (kept.TryGetValue(bend.Name, out var old))
        {
            var before = made with { R = Bytes32.Parse(old["r"]!.GetValue<string>()), S = Bytes32.Parse(old["s"]!.GetValue<string>()) };
            made = IsSigned(before, passkey) ? before : made;
        }
        return new AssertionVector(bend.Name, passkey, made);
    }

    private static bool IsSigned(WebAuthnAssertion assertion, Passkey passkey)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = passkey.X.ToArray(), Y = passkey.Y.ToArray() } });
        byte[] signed = [.. assertion.AuthenticatorData, .. SHA256.HashData(assertion.ClientDataJson)];
        byte[] signature = [.. assertion.R.ToArray(), .. assertion.S.ToArray()];
        return key.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    private static AssertionVector[] SignatureCases(AssertionVector honest, Passkey passkey)
    {
        var assertion = honest.Assertion;
        var (low, high) = P256Order.LowAndHigh(assertion.S);
        return
        [
            new("low s", passkey, assertion with { S = low }),
            new("high s", passkey, assertion with { S = high }),
            new("r is n", passkey, assertion with { R = P256Order.N }),
            new("s is n", passkey, assertion with { S = P256Order.N }),
            new("r and s are zero", passkey, assertion with { R = default, S = default }),
            new("r and s swapped", passkey, assertion with { R = assertion.S, S = assertion.R }),
            new("another key", passkey with { Y = P256Order.Negate(passkey.Y) }, assertion),
            new("another relying party is expected", passkey with { RpIdHash = Passkey.HashRpId("example.org") }, assertion),
            new("another origin is expected", passkey with { OriginHash = Passkey.HashOrigin("https://example.org") }, assertion),
        ];
    }

    private static IEnumerable<Bend> Bends()
    {
        yield return new("as Chrome makes it", new());
        yield return new("no crossOrigin", new() { CrossOrigin = "" });
        yield return Members("reordered", all => all.Reverse());
        yield return Members("one more in front", all => [new("androidPackageName", "\"com.example\""), .. all]);
        yield return Members("one more behind", all => [.. all, new("other_keys_can_be_added_here", "\"do not compare clientDataJSON against a template\"")]);
        yield return Members("meaningful names nested", all => [new("a", """{"type":"x","challenge":"x","origin":"x","crossOrigin":true}"""), .. all]);
        yield return Members("meaningful names in a string", all => [new("a", "\"\\\",\\\"type\\\":\\\"x\\\"\""), .. all]);
        yield return Members("blanks", all => all.Select(e => e with { RawValue = " " + e.RawValue + "\n" }));
        yield return new("synced", new() { Flags = (AuthenticatorFlags)0x1d });
        yield return new("extensions", new() { Flags = (AuthenticatorFlags)0x85, BendAuthenticatorData = data => [.. data, 0xa0] });
        yield return new("authenticatorData of 36 bytes", new() { BendAuthenticatorData = data => data[..36] });
        yield return new("authenticatorData of 1024 bytes", new() { BendAuthenticatorData = data => [.. data, .. new byte[1024 - data.Length]] });
        yield return new("authenticatorData of 1025 bytes", new() { BendAuthenticatorData = data => [.. data, .. new byte[1025 - data.Length]] });
        yield return new("UP is not set", new() { Flags = (AuthenticatorFlags)0x04 });
        yield return new("UV is not set", new() { Flags = (AuthenticatorFlags)0x01 });
        yield return new("BS without BE", new() { Flags = (AuthenticatorFlags)0x15 });
        yield return Members("clientDataJSON of 2048 bytes", all => Padded(all, 2048));
        yield return Members("clientDataJSON of 2049 bytes", all => Padded(all, 2049));
        yield return Raw("clientDataJSON is empty", "");
        yield return Raw("clientDataJSON is an array", "[]");
        yield return Members("an escape in a key", all => all.Select(e => e.Key == "type" ? e with { Key = "t\\u0079pe" } : e));
        yield return Members("brackets do not match", all => [.. all, new("a", "[}")]);
        yield return Members("nested 32 deep", all => [.. all, new("a", new string('[', 32) + new string(']', 32))]);
        yield return Members("nested 33 deep", all => [.. all, new("a", new string('[', 33) + new string(']', 33))]);
        yield return Members("a control character in a string", all => [.. all, new("a", "\"\u0001\"")]);
        yield return Members("type twice", all => [.. all, all[0]]);
        yield return Members("challenge twice", all => [.. all, all[1]]);
        yield return Members("origin twice", all => [.. all, all[2]]);
        yield return Members("crossOrigin twice", all => [.. all, all[3]]);
        yield return Members("no type", all => all.Where(e => e.Key != "type"));
        yield return Members("challenge nested only", all => [new("a", $$"""{"challenge":{{all[1].RawValue}}}"""), .. all.Where(e => e.Key != "challenge")]);
        yield return Members("no origin", all => all.Where(e => e.Key != "origin"));
        yield return new("type of a creation", new() { Type = "webauthn.create" });
        yield return Members("type with an escape", all => all.Select(e => e.Key == "type" ? e with { RawValue = "\"webauthn\\u002eget\"" } : e));
        yield return new("another challenge", new() { Challenge = new byte[32] });
        yield return new("a challenge of 33 bytes", new() { Challenge = [.. Challenge.ToArray(), 0] });
        yield return Members("challenge with padding", all => all.Select(e => e.Key == "challenge" ? e with { RawValue = e.RawValue[..^1] + "=\"" } : e));
        yield return new("another origin", new() { Origin = "https://keys.example.com" });
        yield return Members("origin is no string", all => all.Select(e => e.Key == "origin" ? e with { RawValue = "null" } : e));
        yield return new("crossOrigin true", new() { CrossOrigin = "true" });
        yield return new("crossOrigin null", new() { CrossOrigin = "null" });
        yield return new("crossOrigin is a string", new() { CrossOrigin = "\"false\"" });
        yield return new("crossOrigin is a zero", new() { CrossOrigin = "0" });
        yield return Members("crossOrigin true, with the page above", all => [.. all.Select(e => e.Key == "crossOrigin" ? e with { RawValue = "true" } : e), new("topOrigin", "\"https://evil.example\"")]);
        yield return Members("type nested only", all => [new("a", $$"""{"type":{{all[0].RawValue}}}"""), .. all.Where(e => e.Key != "type")]);
        yield return Members("origin nested only", all => [.. all.Where(e => e.Key != "origin"), new("a", $$"""[{"origin":{{all[2].RawValue}}}]""")]);
        yield return Members("type of a creation, the right one nested before it", all => [new("a", $$"""{"type":{{all[0].RawValue}}}"""), new("type", "\"webauthn.create\""), .. all.Skip(1)]);
        yield return Members("an escaped twin of type", all => [.. all, new("\\u0074ype", "\"webauthn.create\"")]);
        yield return Members("an escaped twin of crossOrigin", all => [.. all, new("crossOrigi\\u006e", "true")]);
        yield return Members("twins that do not count", all => [.. all, new("Type", "1"), new("x", "1"), new("x", """[{"type":1,"type":2}]""")]);
        yield return Members("challenge with an escape", all => all.Select(e => e.Key == "challenge" ? e with { RawValue = "\"\\u00" + ((int)e.RawValue[1]).ToString("x2", null) + e.RawValue[2..] } : e));
        yield return Members("origin with an escape", all => all.Select(e => e.Key == "origin" ? e with { RawValue = e.RawValue.Replace("/", "\\/", StringComparison.Ordinal) } : e));
        yield return Raw("clientDataJSON is blank", " ");
        yield return Raw("clientDataJSON is an empty object", "{}");
        yield return new("authenticatorData is empty", new() { BendAuthenticatorData = _ => [] });
        yield return new("no flags", new() { Flags = 0 });
        yield return new("flags without a meaning here", new() { Flags = (AuthenticatorFlags)0x67 });
        yield return new("BE without BS", new() { Flags = (AuthenticatorFlags)0x0d });
    }

    private static IEnumerable<ClientDataEntry> Padded(IReadOnlyList<ClientDataEntry> all, int length)
    {
        // {"key":raw,...} without the padding's own text, then as many letters as are missing.
        var size = 2 + all.Sum(e => e.Key.Length + 3 + e.RawValue.Length) + all.Count - 1;
        return [.. all, new("pad", "\"" + new string('x', length - size - ",\"pad\":\"\"".Length) + "\"")];
    }

    private static Bend Members(string name, Func<IReadOnlyList<ClientDataEntry>, IEnumerable<ClientDataEntry>> change) => new(name, new() { Members = change });

    private static Bend Raw(string name, string json) => new(name, new() { ClientDataJson = System.Text.Encoding.ASCII.GetBytes(json) });

    private sealed record Bend(string Name, AssertionOptions Options);
}
