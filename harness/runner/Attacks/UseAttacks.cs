using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>What was used already, also by many at once, also before everything was killed.</summary>
internal static class UseAttacks
{
    private const string Proof = "a proof used again", Cap = "a write cap used again";

    public static async Task<string> ReplaysAsync(Scene scene, CancellationToken ct)
    {
        var http = scene.Stack.Http;
        var wish = scene.Bot.Wish("fetch", Scene.Granted).Build();
        await AttackLog.AllowedAsync("a wish", wish.SendAsync(http, ct));
        await scene.Log.RefusedAsync(Proof, "the same wish", "broker", "proof_replayed", wish.SendAsync(http, ct));
        var fetch = (await scene.FetchAsync(ct)).Build();
        await AttackLog.AllowedAsync("a fetch", fetch.SendAsync(http, ct));
        await scene.Log.RefusedAsync(Proof, "the same fetch", "worker", "proof_replayed", fetch.SendAsync(http, ct));
        await scene.Log.RefusedAsync(Proof, "a fetch that the worker kept", "signer", "proof_replayed", scene.ToSignerAsync(fetch, "unwrap", Scene.UnwrapBody(scene.ObjectPath), ct));

        var store = await scene.StoreAsync("stored-once", ct);
        await AttackLog.AllowedAsync("a store", scene.SendAsync(store, ct));
        await scene.Log.RefusedAsync(Cap, "with a new proof", "worker", "cap_replayed", scene.SendAsync(store, ct));
        await scene.Log.RefusedAsync(Cap, "with a new proof", "signer", "cap_replayed", scene.ToSignerAsync(store, "generate", RawParty.FetchBody, ct));

        var crowded = await scene.StoreAsync("one-of-many", ct);
        var requests = Enumerable.Range(0, 8).Select(_ => crowded.Build()).ToList();
        await scene.Log.OneWinsAsync(Cap, "worker", "cap_replayed", await Task.WhenAll(requests.Select(r => r.SendAsync(http, ct))));
        var crowdedProof = (await scene.FetchAsync(ct)).Build();
        await scene.Log.OneWinsAsync(Proof, "worker", "proof_replayed", await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => crowdedProof.SendAsync(http, ct))));
        return "one use each, also of eight at once";
    }

    /// <summary>SIGKILL to all three. What was used stays used: the log is the memory. What was stored stays stored.</summary>
    public static async Task<string> KilledAsync(Scene scene, CancellationToken ct)
    {
        var http = scene.Stack.Http;
        var wish = scene.Bot.Wish("fetch", Scene.Granted).Build();
        await AttackLog.AllowedAsync("a wish", wish.SendAsync(http, ct));
        var fetch = (await scene.FetchAsync(ct)).Build();
        await AttackLog.AllowedAsync("a fetch", fetch.SendAsync(http, ct));
        var store = await scene.StoreAsync("survives-a-kill", ct);
        await AttackLog.AllowedAsync("a store", scene.SendAsync(store, ct));

        // A proof is of a whole second: these are of one that is over when the first process starts anew.
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct);
        foreach (var service in scene.Stack.Services)
            await service.KillAsync();
        foreach (var service in scene.Stack.Services)
            await service.StartAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // a proof is of a whole second, and none from before a process counts

        await scene.WarmUpAsync(ct);
        const string Old = "a request from before a SIGKILL, sent again", Used = "a write cap used again after a SIGKILL";
        await scene.Log.RefusedAsync(Old, "wish", "broker", "proof_invalid", wish.SendAsync(http, ct));
        await scene.Log.RefusedAsync(Old, "fetch", "worker", "proof_invalid", fetch.SendAsync(http, ct));
        await scene.Log.RefusedAsync(Old, "unwrap", "signer", "proof_invalid", scene.ToSignerAsync(fetch, "unwrap", Scene.UnwrapBody(scene.ObjectPath), ct));
        await scene.Log.RefusedAsync(Used, "store", "worker", "cap_replayed", scene.SendAsync(store, ct));
        await scene.Log.RefusedAsync(Used, "generate", "signer", "cap_replayed", scene.ToSignerAsync(store, "generate", RawParty.FetchBody, ct));
        var kept = await AttackLog.AllowedAsync("a fetch after the kill", scene.SendAsync(await scene.FetchAsync(ct), ct));
        var value = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(kept["plaintext_b64"]));
        return value == "survives-a-kill"
            ? "broker, signer and worker killed: nothing works twice, and what was stored is there"
            : throw new UnexpectedOutcomeException("after the kill the stored value should be there, byte for byte");
    }
}
