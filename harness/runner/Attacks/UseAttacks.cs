using System.Text;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>What was used already, also by many at once, also before everything was killed.</summary>
internal static class UseAttacks
{
    private const string Proof = "a proof used again", Replayed = "proof_replayed", Cap = "a write cap used again", Used = "cap_replayed";
    private const string Old = "a request from before a SIGKILL, sent again", UsedBefore = "a write cap used again after a SIGKILL", Survivor = "survives-a-kill";

    public static async Task<string> ReplaysAsync(Scene scene, CancellationToken ct)
    {
        var http = scene.Stack.Http;
        foreach (var call in (RawCall[])[scene.Bot.Wish("fetch", Scene.Granted), scene.Bot.Question("fetch", Scene.Granted)])
        {
            var wish = call.Build();
            await AttackLog.AllowedAsync("a wish", wish.SendAsync(http, ct));
            await scene.Log.RefusedAsync(Proof, "the same wish", Attack.Broker, Replayed, wish.SendAsync(http, ct));
        }
        foreach (var dataClass in Scene.Classes)
        {
            await ReadsAsync(scene, dataClass, ct);
            await WritesAsync(scene, dataClass, ct);
            await CrowdsAsync(scene, dataClass, ct);
        }
        return "one use each, also of eight at once";
    }

    private static async Task ReadsAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        foreach (var op in (string[])["fetch", "list"])
        {
            var request = (await scene.OwnAsync(op, dataClass, ct)).Build();
            await AttackLog.AllowedAsync("a " + op, request.SendAsync(scene.Stack.Http, ct));
            await scene.Log.RefusedAsync(Proof, "the same " + op, dataClass.Name(), Replayed, request.SendAsync(scene.Stack.Http, ct));
            if (op == "fetch")
            {
                await scene.Log.RefusedAsync(Proof, "a fetch that the worker kept", Attack.Signer, Replayed,
                    scene.ToSignerAsync(request, "unwrap", SignerBodies.Unwrap(scene.ObjectPath(dataClass)), ct));
            }
        }
    }

    /// <summary>A cap for one store, one delete, one teardown: of the other operator's own data, where there is none.</summary>
    private static async Task WritesAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        var teardown = await Scene.ActAsync(scene.Stranger, "teardown", await scene.Stranger.CapAsync("teardown", null, ct, dataClass: dataClass), dataClass, ct);
        var store = await scene.StoreAsync("stored-once", ct, dataClass);
        foreach (var (op, call) in ((string, RawCall)[])[("delete", await scene.OwnAsync("delete", dataClass, ct)), ("store", store), ("teardown", teardown)])
        {
            await AttackLog.AllowedAsync("a " + op, scene.SendAsync(call, ct));
            await scene.Log.RefusedAsync(Cap, op + " with a new proof", dataClass.Name(), Used, scene.SendAsync(call, ct));
        }
        await scene.Log.RefusedAsync(Cap, "store with a new proof", Attack.Signer, Used, scene.GenerateAsync(store, ct));
    }

    private static async Task CrowdsAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        var crowded = await scene.StoreAsync("one-of-many", ct, dataClass);
        var requests = Enumerable.Range(0, 8).Select(_ => crowded.Build()).ToList();
        await scene.Log.OneWinsAsync(Cap, dataClass.Name(), Used, await Task.WhenAll(requests.Select(r => r.SendAsync(scene.Stack.Http, ct))));
        var fetch = (await scene.AgainAsync(ct, dataClass)).Build();
        await scene.Log.OneWinsAsync(Proof, dataClass.Name(), Replayed, await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fetch.SendAsync(scene.Stack.Http, ct))));
    }

    /// <summary>SIGKILL to all of them. What was used stays used: the log is the memory. What was stored stays stored.</summary>
    public static async Task<string> KilledAsync(Scene scene, CancellationToken ct)
    {
        var http = scene.Stack.Http;
        var wish = scene.Bot.Wish("fetch", Scene.Granted).Build();
        await AttackLog.AllowedAsync("a wish", wish.SendAsync(http, ct));
        var before = new List<(DataClass Class, RawRequest Fetch, RawCall Store)>();
        foreach (var dataClass in Scene.Classes)
        {
            var fetch = (await scene.AgainAsync(ct, dataClass)).Build();
            await AttackLog.AllowedAsync("a fetch", fetch.SendAsync(http, ct));
            var store = await scene.StoreAsync(Survivor, ct, dataClass);
            await AttackLog.AllowedAsync("a store", scene.SendAsync(store, ct));
            before.Add((dataClass, fetch, store));
        }
        await KillAsync(scene, ct);
        await scene.Log.RefusedAsync(Old, "wish", Attack.Broker, "proof_invalid", wish.SendAsync(http, ct));
        foreach (var (dataClass, fetch, store) in before)
        {
            await scene.Log.RefusedAsync(Old, "fetch", dataClass.Name(), "proof_invalid", fetch.SendAsync(http, ct));
            await scene.Log.RefusedAsync(Old, "unwrap", Attack.Signer, "proof_invalid", scene.ToSignerAsync(fetch, "unwrap", SignerBodies.Unwrap(scene.ObjectPath(dataClass)), ct));
            await scene.Log.RefusedAsync(UsedBefore, "store", dataClass.Name(), Used, scene.SendAsync(store, ct));
            await scene.Log.RefusedAsync(UsedBefore, "generate", Attack.Signer, Used, scene.GenerateAsync(store, ct));
            var kept = await AttackLog.AllowedAsync("a fetch after the kill", scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));
            if (Encoding.UTF8.GetString(Convert.FromBase64String(kept["plaintext_b64"])) != Survivor)
                throw new UnexpectedOutcomeException("after the kill the stored value should be there, byte for byte");
        }
        return "broker, signer and both workers killed: nothing works twice, and what was stored is there";
    }

    private static async Task KillAsync(Scene scene, CancellationToken ct)
    {
        // A proof is of a whole second: those made so far are of one that is over when the first process starts anew.
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct);
        foreach (var service in scene.Stack.Services)
            await service.KillAsync();
        foreach (var service in scene.Stack.Services)
            await service.StartAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // and none from before a process counts
        await scene.WarmUpAsync(ct);
    }
}
