using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>Valid tokens of people who may not: refused by what the chain says, at each verifier's own reading.</summary>
internal static class RuleAttacks
{
    public static async Task<string> WhoseAsync(Scene scene, CancellationToken ct)
    {
        var log = scene.Log;
        var (bot, other, owner, stranger) = (scene.Bot, scene.OtherBot, scene.Owner, scene.Stranger);
        await log.RefusedAsync("another operator's session", "an agent's cap", "broker", "operator_mismatch",
            scene.SendAsync(stranger.Wish("fetch", Scene.Granted, bot.Actor, bot.Operator), ct));
        await log.RefusedAsync("another operator's actor", "under the own operator's name", "broker", "operator_mismatch", scene.SendAsync(stranger.Wish("fetch", Scene.Granted, bot.Actor), ct));
        await log.RefusedAsync("another operator's actor", "storage token", "broker", "operator_mismatch", scene.SendAsync(stranger.StorageWish(bot.Actor), ct));
        await log.RefusedAsync("another agent's data", "fetch cap", "broker", "device_binding_mismatch", scene.SendAsync(other.Wish("fetch", Scene.Granted, bot.Actor), ct));
        await log.RefusedAsync("another agent's data", "store cap", "broker", "device_binding_mismatch", scene.SendAsync(other.Wish("store", Scene.Granted, bot.Actor), ct));
        await log.RefusedAsync("another agent's data", "storage token", "broker", "device_binding_mismatch", scene.SendAsync(other.StorageWish(bot.Actor), ct));
        await log.RefusedAsync("the operator reads its agent's credential", "fetch cap", "broker", "device_binding_mismatch", scene.SendAsync(owner.Wish("fetch", Scene.Granted, bot.Actor), ct));

        // A broker that mints what it should not: worker and signer read the chain themselves.
        await BothAsync(scene, "another agent's data", "a cap for it, by a bad broker", "device_binding_mismatch",
            await CapOfAsync(scene, other, f => f.Claims["actor_omni"] = bot.Actor, ct), ct);
        await BothAsync(scene, "another operator's data", "a cap for it, by a bad broker", "operator_mismatch",
            await CapOfAsync(scene, other, f => f.Claims["operator_omni"] = stranger.Operator, ct), ct);
        await BothAsync(scene, "a cap bound to another device's key", "by a bad broker", "device_binding_mismatch",
            await CapOfAsync(scene, other, f => f.Claims["device_key_hash"] = bot.Device.Hash.ToString(), ct), ct);
        await BothAsync(scene, "a device that nobody registered", "by a bad broker", "device_not_active", await StrangerDeviceAsync(scene, ct), ct);
        return "other operators, other agents, the operator itself, unknown devices";
    }

    public static async Task<string> GrantsAsync(Scene scene, CancellationToken ct)
    {
        await UntilExpiredAsync(scene, ct);
        await EverywhereAsync(scene, "a service that is not granted", "fetch", Scene.NotGranted, "service_not_in_scope", ct);
        await EverywhereAsync(scene, "a grant that has expired", "fetch", Scene.Expired, "scope_expired", ct);
        await EverywhereAsync(scene, "a read-only grant", "store", Scene.ReadOnly, "scope_read_only", ct);

        var oneUse = await scene.FetchAsync(ct, Scene.OneUse);
        await AttackLog.AllowedAsync("the one use of a grant", scene.SendAsync(oneUse, ct));
        await scene.Log.RefusedAsync("a grant of one use, used again", "fetch", "worker", "quota_exceeded", scene.SendAsync(oneUse, ct));
        await scene.Log.RefusedAsync("a grant of one use, used again", "unwrap", "signer", "quota_exceeded", TokenAttacks.Unwrap(scene, oneUse, ct));
        return "not granted, expired, read-only, used up: at broker, worker and signer";
    }

    /// <summary>Last, because nothing of the agent works afterwards: its session, cap and storage token are still in force by themselves.</summary>
    public static async Task<string> RevokedAsync(DemoContext context, CancellationToken ct)
    {
        var scene = context.Scene!;
        var fetch = await scene.FetchAsync(ct);
        await AttackLog.AllowedAsync("the agent's fetch before it is revoked", scene.SendAsync(fetch, ct));
        var block = (await context.Operator.JsonAsync(ct, "agent", "revoke", "research-bot")).GetProperty("block").GetUInt64();
        const string Tried = "a revoked device, with everything it had";
        await scene.Log.RefusedAsync(Tried, "session", "broker", "device_revoked", scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted), ct));
        await scene.Log.RefusedAsync(Tried, "session, for a storage token", "broker", "device_revoked", scene.SendAsync(scene.Bot.StorageWish(scene.Bot.Actor), ct));
        await scene.Log.RefusedAsync(Tried, "cap and storage token", "worker", "device_revoked", scene.SendAsync(fetch, ct));
        await scene.Log.RefusedAsync(Tried, "cap and wrap", "signer", "device_revoked", TokenAttacks.Unwrap(scene, fetch, ct));
        return $"revoked in block {block}: session, cap and storage token are worth nothing";
    }

    /// <summary>At the broker as a wish; at worker and signer with the cap that a bad broker would have minted.</summary>
    private static async Task EverywhereAsync(Scene scene, string tried, string op, string service, string code, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, op, "broker", code, scene.SendAsync(scene.Bot.Wish(op, service), ct));
        var cap = await scene.Bot.CapAsync(op, Scene.Granted, ct);
        var body = op == "store" ? RawParty.StoreBody(service, "never-stored") : RawParty.FetchBody;
        RawCall Act() => scene.Bot.Act(op, cap, "", body).Bent(scene.Forged(f => f.Claims["service"] = service.ToLowerInvariant()));
        var storage = await scene.Bot.StorageTokenAsync(ct);
        await scene.Log.RefusedAsync(tried, op, "worker", code, scene.SendAsync(Act().Bent(c => c.Headers["AgentKeys-Storage-Token"] = storage), ct));
        var (route, ask) = op == "store" ? ("generate", RawParty.FetchBody) : ("unwrap", Scene.UnwrapBody(scene.ObjectPath));
        await scene.Log.RefusedAsync(tried, op, "signer", code, scene.ToSignerAsync(Act(), route, ask, ct));
    }

    private static async Task BothAsync(Scene scene, string tried, string move, string code, RawCall call, CancellationToken ct)
    {
        await scene.Log.RefusedAsync(tried, move, "worker", code, scene.SendAsync(call, ct));
        await scene.Log.RefusedAsync(tried, move, "signer", code, TokenAttacks.Unwrap(scene, call, ct));
    }

    /// <summary>The other agent's real cap, one claim changed and signed again; the storage token is the other agent's.</summary>
    private static async Task<RawCall> CapOfAsync(Scene scene, RawParty party, Action<Testing.Tokens.JwsForge> bend, CancellationToken ct) =>
        party.Act("fetch", await party.CapAsync("fetch", Scene.Granted, ct), await party.StorageTokenAsync(ct), RawParty.FetchBody).Bent(scene.Forged(bend));

    private static async Task<RawCall> StrangerDeviceAsync(Scene scene, CancellationToken ct)
    {
        var nobody = new Testing.Tokens.TestDevice();
        var call = await CapOfAsync(scene, scene.OtherBot, f =>
        {
            f.Claims["device_key_hash"] = nobody.Hash.ToString();
            f.Claims["cnf"]!["jkt"] = Protocol.Base64UrlStrict.Encode(nobody.Jkt.ToArray());
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
