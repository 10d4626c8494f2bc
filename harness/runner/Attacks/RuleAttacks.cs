using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Tokens;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>Valid tokens of people who may not: refused by what the chain says, at each verifier's own reading.</summary>
internal static class RuleAttacks
{
    public static async Task<string> WhoseAsync(Scene scene, CancellationToken ct)
    {
        var (bot, other, stranger) = (scene.Bot, scene.OtherBot, scene.Stranger);
        foreach (var dataClass in Scene.Classes)
        {
            foreach (var op in Scene.Ops)
            {
                var name = Scene.NameFor(op, dataClass);
                await WishAsync("another operator's session", op, "operator_mismatch", stranger.Wish(op, name, bot.Actor, bot.Operator, dataClass));
                await WishAsync("another operator's actor", op, "operator_mismatch", stranger.Wish(op, name, bot.Actor, dataClass: dataClass));
                await WishAsync("another agent's data", op, "device_binding_mismatch", other.Wish(op, name, bot.Actor, dataClass: dataClass));
            }
            await WishAsync("another operator's actor", "storage token", "operator_mismatch", stranger.StorageWish(bot.Actor, dataClass));
            await WishAsync("another agent's data", "storage token", "device_binding_mismatch", other.StorageWish(bot.Actor, dataClass));
            await WishAsync("the operator reads what is its agent's", "fetch", "device_binding_mismatch", scene.Owner.Wish("fetch", Scene.NameFor("fetch", dataClass), bot.Actor, dataClass: dataClass));
            await WishAsync("an agent tears down", "its own", "device_role_missing", bot.Wish("teardown", null, dataClass: dataClass));
            await ByABadBrokerAsync(scene, dataClass, ct);
        }
        return "other operators, other agents, the operator itself, unknown devices, agents that tear down";

        Task WishAsync(string tried, string move, string code, RawCall wish) => scene.Log.RefusedAsync(tried, move, Attack.Broker, code, scene.SendAsync(wish, ct));
    }

    /// <summary>A broker that mints what it should not: workers and signer read the chain themselves.</summary>
    private static async Task ByABadBrokerAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        foreach (var op in Scene.Ops.Where(o => o != "teardown"))
        {
            await BentAsync("another agent's data", op, "device_binding_mismatch", f => f.Claims["actor_omni"] = scene.Bot.Actor);
            await BentAsync("another operator's data", op, "operator_mismatch", f => f.Claims["operator_omni"] = scene.Stranger.Operator);
        }
        await BentAsync("a cap bound to another device's key", "fetch", "device_binding_mismatch", f => f.Claims["device_key_hash"] = scene.Bot.Device.Hash.ToString());
        await TryAsync(scene, "a device that nobody registered", "fetch", dataClass, "device_not_active", await StrangerDeviceAsync(scene, dataClass, ct), ct);
        var list = await scene.OtherBot.CapAsync("list", null, ct, dataClass: dataClass);
        var teardown = await Scene.ActAsync(scene.OtherBot, "teardown", list, dataClass, ct);
        await TryAsync(scene, "an agent tears down", "teardown", dataClass, "device_role_missing", teardown.Bent(scene.Forged(f => f.Claims["op"] = "teardown")), ct);

        async Task BentAsync(string tried, string op, string code, Action<JwsForge> bend) =>
            await TryAsync(scene, tried, op, dataClass, code, await CapOfAsync(scene, op, dataClass, bend, ct), ct);
    }

    public static async Task<string> GrantsAsync(Scene scene, CancellationToken ct)
    {
        await UntilExpiredAsync(scene, ct);
        foreach (var dataClass in Scene.Classes)
        {
            foreach (var op in (string[])["fetch", "store", "delete"])
            {
                await EverywhereAsync(scene, "a service that is not granted", op, Scene.NotGranted, dataClass, "service_not_in_scope", ct);
                await EverywhereAsync(scene, "a grant that has expired", op, Scene.Expired, dataClass, "scope_expired", ct);
            }
            await EverywhereAsync(scene, "a read-only grant", "store", Scene.ReadOnly, dataClass, "scope_read_only", ct);
            await EverywhereAsync(scene, "a read-only grant", "delete", Scene.ReadOnly, dataClass, "scope_read_only", ct);
        }
        await EverywhereAsync(scene, "memory, where the grant is for a credential", "fetch", Scene.OneUse, DataClass.Memory, "service_not_in_scope", ct);

        const string Used = "a grant of one use, used again";
        var oneUse = await scene.FetchAsync(ct, Scene.OneUse);
        await AttackLog.AllowedAsync("the one use of a grant", scene.SendAsync(oneUse, ct));
        await scene.Log.RefusedAsync(Used, "fetch", DataClass.Credentials.Name(), "quota_exceeded", scene.SendAsync(oneUse, ct));
        await scene.Log.RefusedAsync(Used, "unwrap", Attack.Signer, "quota_exceeded", scene.UnwrapAsync(oneUse, ct));
        return "not granted, expired, read-only, used up: at broker, workers and signer";
    }

    /// <summary>Last, because nothing of the agent works afterwards: its session, cap and storage token are still in force by themselves.</summary>
    public static async Task<string> RevokedAsync(DemoContext context, CancellationToken ct)
    {
        var scene = context.Scene!;
        var before = new List<(DataClass Class, RawCall Fetch)>();
        foreach (var dataClass in Scene.Classes)
        {
            var fetch = await scene.FetchAsync(ct, dataClass: dataClass);
            await AttackLog.AllowedAsync("the agent's fetch before it is revoked", scene.SendAsync(fetch, ct));
            before.Add((dataClass, fetch));
        }
        var block = (await context.Operator.JsonAsync(ct, "agent", "revoke", "research-bot")).GetProperty("block").GetUInt64();
        const string Tried = "a revoked device, with everything it had", Code = "device_revoked";
        foreach (var (dataClass, fetch) in before)
        {
            await scene.Log.RefusedAsync(Tried, "session", Attack.Broker, Code, scene.SendAsync(scene.Bot.Wish("fetch", Scene.NameFor("fetch", dataClass), dataClass: dataClass), ct));
            await scene.Log.RefusedAsync(Tried, "session, for a storage token", Attack.Broker, Code, scene.SendAsync(scene.Bot.StorageWish(scene.Bot.Actor, dataClass), ct));
            await scene.Log.RefusedAsync(Tried, "cap and storage token", dataClass.Name(), Code, scene.SendAsync(fetch, ct));
            await scene.Log.RefusedAsync(Tried, "cap and wrap", Attack.Signer, Code, scene.UnwrapAsync(fetch, ct, dataClass));
        }
        return $"revoked in block {block}: session, cap and storage token are worth nothing";
    }

    /// <summary>At the broker as a wish and as a question; at worker and signer with the cap that a bad broker would have minted.</summary>
    private static async Task EverywhereAsync(Scene scene, string tried, string op, string service, DataClass dataClass, string code, CancellationToken ct)
    {
        var name = Scene.NameOf(dataClass, service);
        await scene.Log.RefusedAsync(tried, op, Attack.Broker, code, scene.SendAsync(scene.Bot.Wish(op, name, dataClass: dataClass), ct));
        await scene.Log.RefusedAsync(tried, "explain " + op, Attack.Broker, code, scene.AskAsync(scene.Bot.Question(op, name, dataClass: dataClass), ct));
        var call = await scene.OwnAsync(op, dataClass, ct);
        call.Body = Scene.BodyFor(op, dataClass, service);
        await TryAsync(scene, tried, op, dataClass, code, call.Bent(scene.Forged(f => f.Claims["service"] = service.ToLowerInvariant())), ct);
    }

    /// <summary>At the worker; and at the signer, where it has something to do with the operation.</summary>
    private static async Task TryAsync(Scene scene, string tried, string op, DataClass dataClass, string code, RawCall call, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, op, dataClass.Name(), code, scene.SendAsync(call, ct));
        if (op == "fetch")
            await scene.Log.RefusedAsync(tried, "unwrap", Attack.Signer, code, scene.UnwrapAsync(call, ct, dataClass));
        if (op == "store")
            await scene.Log.RefusedAsync(tried, "generate", Attack.Signer, code, scene.GenerateAsync(call, ct));
    }

    /// <summary>The other agent's real cap, one claim changed and signed again; the storage token is the other agent's.</summary>
    private static async Task<RawCall> CapOfAsync(Scene scene, string op, DataClass dataClass, Action<JwsForge> bend, CancellationToken ct)
    {
        var cap = await scene.OtherBot.CapAsync(op, Scene.NameFor(op, dataClass), ct, dataClass: dataClass);
        return (await Scene.ActAsync(scene.OtherBot, op, cap, dataClass, ct)).Bent(scene.Forged(bend));
    }

    private static async Task<RawCall> StrangerDeviceAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        var nobody = new TestDevice();
        var call = await CapOfAsync(scene, "fetch", dataClass, f =>
        {
            f.Claims["device_key_hash"] = nobody.Hash.ToString();
            f.Claims["cnf"]!["jkt"] = Base64UrlStrict.Encode(nobody.Jkt.ToArray());
        }, ct);
        call.Device = nobody;
        return call;
    }

    private static async Task UntilExpiredAsync(Scene scene, CancellationToken ct)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            if ((await scene.SendAsync(scene.Bot.Wish("fetch", Scene.Expired), ct)).Code != RawAnswer.Ok)
                return;
            await Task.Delay(500, ct);
        }
        throw new UnexpectedOutcomeException("the grant should have expired after ten seconds");
    }
}
