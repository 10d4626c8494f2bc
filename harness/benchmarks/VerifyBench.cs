using System.Security.Cryptography;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Benchmarks;

/// <summary>Checking a cap beside jose and beside the signature alone; checking a device's signature beside the framework's curve.</summary>
internal static class VerifyBench
{
    private const string Name = "verify";
    private const double SignatureGoal = 150;
    private const string Url = "http://127.0.0.1:9094/v1/cred/fetch";

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        using var tokens = new TestTokens();
        using var device = new TestDevice();
        return [.. await CapAsync(context, tokens, device), .. await SignatureAsync(context, device), await ProofAsync(context, device)];
    }

    private static async Task<Finding[]> CapAsync(BenchContext context, TestTokens tokens, TestDevice device)
    {
        var chain = new ChainRef(31337, device.Address);
        var cap = tokens.Cap(tokens.CapClaims(device, chain, DateTimeOffset.UtcNow));
        if (!CompactJws.TryParse(cap, out var jws))
            throw new InvalidOperationException("A cap of ours is no token.");
        using var key = ECDsa.Create(tokens.SessionKey.ExportParameters(includePrivateParameters: false));
        var question = new Dictionary<string, object> { ["token"] = cap, ["jwk"] = BenchContext.Json(tokens.K1.ToJson()) };

        var times = await context.Measure.MicrosecondsAsync(
            context.Measure.Turn(() => Expect(CapToken.Verify(cap, tokens.CapKeys, tokens.Issuer, chain).Refusal is null)),
            context.Measure.Turn(() => Expect(key.VerifyData(jws.SigningInput, jws.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))),
            context.PeerTurn("jose", question));
        return
        [
            new Finding(Name, "a cap, every claim") { Figure = times[0], Unit = "us cpu", Beside = "jose, signature and JSON alone", BesideFigure = times[2], Ratio = times[0] / times[2] },
            new Finding(Name, "a cap, every claim") { Figure = times[0], Unit = "us cpu", Beside = "its ES256 signature alone, ECDsa", BesideFigure = times[1], Ratio = times[0] / times[1] },
        ];
    }

    private static async Task<Finding[]> SignatureAsync(BenchContext context, TestDevice device)
    {
        var digest = SHA256.HashData("what a device signed"u8);
        var signature = device.Sign(digest);
        var publicKey = device.Jwk.ToPublicKey();
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName("secP256k1"), Q = new ECPoint { X = device.Jwk.X.ToArray(), Y = device.Jwk.Y.ToArray() } });
        var recoverable = new Secp256k1Signature(signature.AsSpan(0, 32), signature.AsSpan(32), 0);

        var times = await context.Measure.MicrosecondsAsync(
            context.Measure.Turn(() => Expect(Secp256k1.Verify(digest, signature, publicKey))),
            context.Measure.Turn(() => Expect(key.VerifyHash(digest, signature))),
            context.Measure.Turn(() => Expect(Secp256k1.TryRecover(digest, recoverable, out _))));
        return
        [
            new Finding(Name, "a secp256k1 signature")
            {
                Figure = times[0], Unit = "us cpu", Beside = "ECDsa with the key imported before", BesideFigure = times[1], Ratio = times[0] / times[1],
                Goal = "at most 150 us", Verdict = Verdict.Of(times[0] <= SignatureGoal),
            },
            new Finding(Name, "the signer's key of a secp256k1 signature") { Figure = times[2], Unit = "us cpu" },
        ];
    }

    private static async Task<Finding> ProofAsync(BenchContext context, TestDevice device)
    {
        var now = DateTimeOffset.UtcNow;
        var proof = device.Prove("POST", Url, "a.cap.token", "{}"u8, now);
        var expected = new ProofExpectation("POST", Url, "a.cap.token", new Bytes32(SHA256.HashData("{}"u8)), now, now.AddHours(-1));
        var times = await context.Measure.MicrosecondsAsync(context.Measure.Turn(() => Expect(ProofOfPossession.Verify(proof, expected).Refusal is null)));
        return new Finding(Name, "a proof of possession, every claim") { Figure = times[0], Unit = "us cpu" };
    }

    private static void Expect(bool accepted)
    {
        if (!accepted)
            throw new InvalidOperationException("What is measured should have been accepted.");
    }
}
