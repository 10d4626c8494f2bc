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
        var cap = await scene.FetchAsync(ct);
        await Unbent(scene, cap, ct);
        foreach (var (name, bend) in moves)
        {
            await scene.Log.RefusedAsync("proofs", name, "broker", Code, scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted).Bent(bend), ct));
            await scene.Log.RefusedAsync("proofs", name, "worker", Code, scene.SendAsync((await Again(scene, ct)).Bent(bend), ct));
            if (name != ProofBends.AnotherBody)
                await scene.Log.RefusedAsync("proofs", name, "signer", Code, Unwrap(scene, (await Again(scene, ct)).Bent(bend), ct));
        }
        return $"{moves.Count} ways, {Code} at broker, worker and signer";
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
        return $"{moves.Count + 3} ways, unauthorized at the broker, cap_invalid at worker and signer";
    }

    /// <summary>Well-formed, well signed, and not for here or not for now.</summary>
    public static async Task<string> CapsAsync(Scene scene, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await BothAsync(scene, "caps of elsewhere", "another chain", "cap_invalid", f => f.Claims["chain"] = Chain(f).Replace(":31337:", ":1:", StringComparison.Ordinal), ct);
        await BothAsync(scene, "caps of elsewhere", "another registry", "cap_invalid", f => f.Claims["chain"] = Chain(f)[..^40] + new string('0', 40), ct);
        await BothAsync(scene, "caps of elsewhere", "another audience", "cap_invalid", f => f.Claims["aud"] = "agentkeys:broker", ct);
        await BothAsync(scene, "expired caps", "by a second", "cap_expired", f => (f.Claims["iat"], f.Claims["exp"]) = (now - 300, now - 1), ct);
        await scene.Log.RefusedAsync("expired sessions", "by a second", "broker", "unauthorized", scene.SendAsync(
            scene.Bot.Wish("fetch", Scene.Granted).Bent(scene.Forged(f => (f.Claims["iat"], f.Claims["exp"]) = (now - 3600, now - 1))), ct));
        await BothAsync(scene, "caps of another epoch", "the next one", "k3_epoch_mismatch", f => f.Claims["k3_epoch"] = f.Claims["k3_epoch"]!.GetValue<ulong>() + 1, ct);
        await BothAsync(scene, "caps of a block that nobody has seen", "in 1000 blocks", "chain_behind", f => f.Claims["block"] = f.Claims["block"]!.GetValue<ulong>() + 1000, ct);
        return "another chain, registry, audience, epoch; expired; from the future of the chain";
    }

    /// <summary>Everything else about the cap is valid, also its signature.</summary>
    public static async Task<string> CrossedAsync(Scene scene, CancellationToken ct)
    {
        var fetch = await scene.FetchAsync(ct);
        var store = await scene.StoreAsync("never-stored", ct);
        var fetchCap = await scene.Bot.CapAsync("fetch", Scene.Granted, ct);
        var storeCap = await scene.Bot.CapAsync("store", Scene.Granted, ct);
        var storage = await scene.Bot.StorageTokenAsync(ct);
        await scene.Log.RefusedAsync("operations crossed", "fetch cap to store", "worker", "cap_op_mismatch",
            scene.SendAsync(scene.Bot.Act("store", fetchCap, storage, RawParty.StoreBody(Scene.Granted, "x")), ct));
        await scene.Log.RefusedAsync("operations crossed", "store cap to fetch", "worker", "cap_op_mismatch", scene.SendAsync(scene.Bot.Act("fetch", storeCap, storage, RawParty.FetchBody), ct));
        await scene.Log.RefusedAsync("operations crossed", "store cap to unwrap", "signer", "cap_op_mismatch", Unwrap(scene, store, ct));
        await scene.Log.RefusedAsync("operations crossed", "fetch cap to generate", "signer", "cap_op_mismatch", scene.ToSignerAsync(fetch, "generate", RawParty.FetchBody, ct));
        var memory = scene.Forged(f => (f.Claims["data_class"], f.Claims["key"]) = ("memory", "today"));
        await scene.Log.RefusedAsync("classes crossed", "memory cap", "worker", "cap_data_class_mismatch", scene.SendAsync((await scene.FetchAsync(ct)).Bent(memory), ct));
        await scene.Log.RefusedAsync("classes crossed", "a cap of a class that this peer does not serve", "signer", "unauthorized",
            Unwrap(scene, (await scene.FetchAsync(ct)).Bent(scene.Forged(f => f.Claims["data_class"] = "email")), ct));
        return "fetch and store, credentials and memory, each the other way round";
    }

    public static Task<RawAnswer> Unwrap(Scene scene, RawCall call, CancellationToken ct) => scene.ToSignerAsync(call, "unwrap", Scene.UnwrapBody(scene.ObjectPath), ct);

    private static async Task EverywhereAsync(Scene scene, string tried, string move, Action<RawCall> bend, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, move, "broker", "unauthorized", scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted).Bent(bend), ct));
        await scene.Log.RefusedAsync(tried, move, "worker", "cap_invalid", scene.SendAsync((await Again(scene, ct)).Bent(bend), ct));
        await scene.Log.RefusedAsync(tried, move, "signer", "cap_invalid", Unwrap(scene, (await Again(scene, ct)).Bent(bend), ct));
    }

    private static async Task BothAsync(Scene scene, string tried, string move, string code, Action<JwsForge> bend, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, move, "worker", code, scene.SendAsync((await Again(scene, ct)).Bent(scene.Forged(bend)), ct));
        await scene.Log.RefusedAsync(tried, move, "signer", code, Unwrap(scene, (await Again(scene, ct)).Bent(scene.Forged(bend)), ct));
    }

    private static async Task Unbent(Scene scene, RawCall fetch, CancellationToken ct)
    {
        await AttackLog.AllowedAsync("the wish for a cap", scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted), ct));
        await AttackLog.AllowedAsync("the fetch", scene.SendAsync(fetch, ct));
        await AttackLog.AllowedAsync("the signer's unwrap", Unwrap(scene, await Again(scene, ct), ct));
    }

    /// <summary>A fetch cap serves many fetches; one is enough for a step's moves.</summary>
    private static async Task<RawCall> Again(Scene scene, CancellationToken ct) =>
        scene.Bot.Act("fetch", scene.FetchCap ??= await scene.Bot.CapAsync("fetch", Scene.Granted, ct), await scene.Bot.StorageTokenAsync(ct), RawParty.FetchBody);

    private static IEnumerable<KeyValuePair<string, Func<string, string>>> Mangled() => BrokerTokenBends.Mangled.Where(m => !BrokerTokenBends.NeverInHeaders.Contains(m.Key));

    private static string Chain(JwsForge cap) => cap.Claims["chain"]!.GetValue<string>();
}
