using System.Text.Json.Nodes;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>Proofs for another request, at another time, by another key, or that are no proofs: the same code at every verifier.</summary>
internal static class ProofMoves
{
    private const string Code = "proof_invalid";
    private const string NoHeader = "no HTTP request delivers such a header; ProofOfPossessionTests gives it to the parser";

    public static IEnumerable<WrongMove> All { get; } =
    [
        .. ProofBends.All.Select(b => b.Key == ProofBends.AnotherBody ? AnotherBody(b.Value) : Everywhere("proof: " + b.Key, c => c.BendProof = b.Value)),
        .. BrokerTokenBends.Mangled.Select(Mangled),
        Everywhere("proof: our signature under another's key", c =>
        {
            using var other = new TestDevice();
            var jwk = JsonNode.Parse(other.Jwk.ToJson());
            c.BendProof = f => f.Header["jwk"] = jwk;
        }),
        Everywhere("proof: another's signature under our key", c => c.BendProof = f => f.Signer = new TestDevice().SignJws),
    ];

    /// <summary>The client's body never reaches the signer; what it does is bound by the cap alone.</summary>
    private static WrongMove AnotherBody(Action<JwsForge> bend) => new(
        "proof: " + ProofBends.AnotherBody,
        Cell.Broker(Code, (_, c) => c.BendProof = bend),
        Cell.Vault(Code, (_, c) => c.BendProof = bend),
        Cell.Never("the signer does not see the client's body: SignerGateTests.The_proofs_body_hash_is_the_workers_business"));

    private static WrongMove Mangled(KeyValuePair<string, Func<string, string>> bend)
    {
        var name = "proof with " + bend.Key;
        return BrokerTokenBends.NeverInHeaders.Contains(bend.Key)
            ? new(name, Cell.Never(NoHeader), Cell.Shown(Code, "ProofOfPossessionTests.Refuses_a_proof_with"), Cell.Never(NoHeader)) { Memory = Cell.Never(NoHeader) }
            : Everywhere(name, c => c.MangleProof = bend.Value);
    }

    private static WrongMove Everywhere(string name, Action<IBentCall> apply) =>
        new(name, Cell.Broker(Code, (_, c) => apply(c)), Cell.Vault(Code, (_, c) => apply(c)), Cell.Vault(Code, (_, c) => apply(c)));
}
