using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>One thing bent in a valid proof, session or cap.</summary>
internal static class TokenAttacks
{
    public static async Task<string> ProofsAsync(Scene scene, CancellationToken ct)
    {
        const string Code = "proof_invalid";
        var moves = ProofBends.All.Select(b => (b.Key, Bend: (Action<RawCall>)(c => c.BendProof = b.Value)))
            .Concat(Mangled().Select(m => (m.Key, Bend: (Action<RawCall>)(c => c.MangleProof = m.Value))))
            .Append(("none at all", c => c.Headers["DPoP"] = null))
            .Append(("by another key", c => c.Device = scene.OtherBot.Device))
            .ToList();
        await UnbentAsync(scene, ct);
        foreach (var (name, bend) in moves)
        {
            await scene.Log.RefusedAsync("proofs", name, Attack.Broker, Code, scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted).Bent(bend), ct));
            foreach (var dataClass in Scene.Classes)
                await scene.Log.RefusedAsync("proofs", name, dataClass.Name(), Code, scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(bend), ct));
            if (name != ProofBends.AnotherBody)
                await scene.Log.RefusedAsync("proofs", name, Attack.Signer, Code, scene.UnwrapAsync((await scene.AgainAsync(ct)).Bent(bend), ct));
        }
        return $"{moves.Count} ways, {Code} at broker, workers and signer";
    }

    /// <summary>Whoever stole the broker's key signs these himself: what is refused is what they say.</summary>
    public static async Task<string> TokensAsync(Scene scene, CancellationToken ct)
    {
        var moves = BrokerTokenBends.Forged.Select(b => (b.Key, Bend: scene.Forged(f => b.Value(f, scene.Stolen))))
            .Concat(Mangled().Select(m => (m.Key, Bend: (Action<RawCall>)(c => c.BendToken = m.Value))))
            .ToList();
        foreach (var (name, bend) in moves)
            await EverywhereAsync(scene, "tokens", name, bend, ct);
        await EverywhereAsync(scene, "tokens", "signed with K2", scene.Forged(f => f.Signer = TestTokens.Es256(scene.Stolen.OidcKey)), ct);
        await EverywhereAsync(scene, "tokens", "as a bearer token", c => c.Headers["Authorization"] = "Bearer " + scene.Bot.Session, ct);
        await EverywhereAsync(scene, "tokens", "none at all", c => c.Headers["Authorization"] = null, ct);
        return $"{moves.Count + 3} ways, unauthorized at the broker, cap_invalid at workers and signer";
    }

    /// <summary>Well-formed, well signed, and not for here or not for now.</summary>
    public static async Task<string> CapsAsync(Scene scene, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await ForgedAsync(scene, "caps of elsewhere", "another chain", "cap_invalid", f => f.Claims["chain"] = Chain(f).Replace(":31337:", ":1:", StringComparison.Ordinal), ct);
        await ForgedAsync(scene, "caps of elsewhere", "another registry", "cap_invalid", f => f.Claims["chain"] = Chain(f)[..^40] + new string('0', 40), ct);
        await ForgedAsync(scene, "caps of elsewhere", "another audience", "cap_invalid", f => f.Claims["aud"] = "agentkeys:broker", ct);
        await ForgedAsync(scene, "expired caps", "by a second", "cap_expired", f => (f.Claims["iat"], f.Claims["exp"]) = (now - 300, now - 1), ct);
        await scene.Log.RefusedAsync("expired sessions", "by a second", Attack.Broker, "unauthorized", scene.SendAsync(
            scene.Bot.Wish("fetch", Scene.Granted).Bent(scene.Forged(f => (f.Claims["iat"], f.Claims["exp"]) = (now - 3600, now - 1))), ct));
        await ForgedAsync(scene, "caps of another epoch", "the next one", "k3_epoch_mismatch", f => f.Claims["k3_epoch"] = f.Claims["k3_epoch"]!.GetValue<ulong>() + 1, ct);
        await ForgedAsync(scene, "caps of a block that nobody has seen", "in 1000 blocks", "chain_behind", f => f.Claims["block"] = f.Claims["block"]!.GetValue<ulong>() + 1000, ct);
        return "another chain, registry, audience, epoch; expired; from the future of the chain";
    }

    private static async Task EverywhereAsync(Scene scene, string tried, string move, Action<RawCall> bend, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, move, Attack.Broker, "unauthorized", scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted).Bent(bend), ct));
        await ByCapAsync(scene, tried, move, "cap_invalid", bend, ct);
    }

    private static Task ForgedAsync(Scene scene, string tried, string move, string code, Action<JwsForge> bend, CancellationToken ct) =>
        ByCapAsync(scene, tried, move, code, scene.Forged(bend), ct);

    /// <summary>At every worker, and at the signer.</summary>
    private static async Task ByCapAsync(Scene scene, string tried, string move, string code, Action<RawCall> bend, CancellationToken ct)
    {
        foreach (var dataClass in Scene.Classes)
            await scene.Log.RefusedAsync(tried, move, dataClass.Name(), code, scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(bend), ct));
        await scene.Log.RefusedAsync(tried, move, Attack.Signer, code, scene.UnwrapAsync((await scene.AgainAsync(ct)).Bent(bend), ct));
    }

    private static async Task UnbentAsync(Scene scene, CancellationToken ct)
    {
        foreach (var dataClass in Scene.Classes)
        {
            await AttackLog.AllowedAsync("the wish for a cap", scene.SendAsync(scene.Bot.Wish("fetch", Scene.NameFor("fetch", dataClass), dataClass: dataClass), ct));
            await AttackLog.AllowedAsync("the fetch", scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));
            await AttackLog.AllowedAsync("the signer's unwrap", scene.UnwrapAsync(await scene.AgainAsync(ct, dataClass), ct, dataClass));
        }
    }

    private static IEnumerable<KeyValuePair<string, Func<string, string>>> Mangled() => BrokerTokenBends.Mangled.Where(m => !BrokerTokenBends.NeverInHeaders.Contains(m.Key));

    private static string Chain(JwsForge cap) => cap.Claims["chain"]!.GetValue<string>();
}
