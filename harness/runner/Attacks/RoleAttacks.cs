using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>
/// What the chain takes away while tokens live on, at the operator of the other house: its master device's role, and its wallet. No command does
/// either yet; here it is the passkey's approval and one transaction.
/// </summary>
internal static class RoleAttacks
{
    private const DeviceRoles Every = DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt;

    public static async Task<string> RolesAsync(DemoContext context, CancellationToken ct)
    {
        var scene = context.Scene!;
        scene.Renew();
        using var owner = new LiveOperator(
            scene.Stack.ChainUrl, scene.Stack.In("deployment.json"), Path.Combine(context.State, "stranger"), Path.Combine(context.StrangerBrowser, "passkey.json"));
        await WithoutCapMintAsync(scene, owner, ct);
        await WithoutWalletAsync(context, scene, owner, ct);
        return "without CAP_MINT nothing is minted and no cap from before works; of a wallet that was replaced no session works";
    }

    private static async Task WithoutCapMintAsync(Scene scene, LiveOperator owner, CancellationToken ct)
    {
        const string Tried = "a device without the role CAP_MINT", Code = "device_role_missing";
        var before = new List<(DataClass Class, RawCall List, RawCall Store)>();
        foreach (var dataClass in Scene.Classes)
        {
            var list = await OwnAsync(scene, "list", dataClass, ct);
            await AttackLog.AllowedAsync("a list by a device with every role", scene.SendAsync(list, ct));
            before.Add((dataClass, list, await OwnAsync(scene, "store", dataClass, ct)));
        }
        await owner.SetRolesAsync(Every & ~DeviceRoles.CapMint, ct);
        foreach (var (dataClass, list, store) in before)
        {
            await AtBrokerAsync(scene, scene.Stranger, Tried, dataClass, Code, ct);
            await scene.Log.RefusedAsync(Tried, "list, with a cap from before", dataClass.Name(), Code, scene.SendAsync(list, ct));
            await scene.Log.RefusedAsync(Tried, "store, with a cap from before", dataClass.Name(), Code, scene.SendAsync(store, ct));
            await scene.Log.RefusedAsync(Tried, "generate, with a cap from before", Attack.Signer, Code, scene.GenerateAsync(store, ct));
        }
        await owner.SetRolesAsync(Every, ct);
        await AttackLog.AllowedAsync("a list when the role is back", scene.SendAsync(before[0].List, ct));
    }

    private static async Task WithoutWalletAsync(DemoContext context, Scene scene, LiveOperator owner, CancellationToken ct)
    {
        const string Tried = "a session of a wallet that was replaced", Code = "session_revoked";
        using var byWallet = await scene.PartyOfAsync(context, "stranger", "wallet.json", ct);
        await AttackLog.AllowedAsync("a wish in a session of the operator's wallet", scene.SendAsync(byWallet.Wish("list", null), ct));
        await owner.RotateWalletAsync(ct);
        foreach (var dataClass in Scene.Classes)
            await AtBrokerAsync(scene, byWallet, Tried, dataClass, Code, ct);
        await scene.Log.RefusedAsync(Tried, "storage token", Attack.Broker, Code, scene.SendAsync(byWallet.StorageWish(byWallet.Actor), ct));
        await AttackLog.AllowedAsync("the device's own session", scene.SendAsync(scene.Stranger.Wish("list", null), ct));
    }

    /// <summary>Every operation of the class, as a wish and as a question.</summary>
    private static async Task AtBrokerAsync(Scene scene, RawParty party, string tried, DataClass dataClass, string code, CancellationToken ct)
    {
        foreach (var op in Scene.Ops)
        {
            var name = Scene.NameFor(op, dataClass);
            await scene.Log.RefusedAsync(tried, op, Attack.Broker, code, scene.SendAsync(party.Wish(op, name, dataClass: dataClass), ct));
            await scene.Log.RefusedAsync(tried, $"explain {op}", Attack.Broker, code, scene.AskAsync(party.Question(op, name, dataClass: dataClass), ct));
        }
    }

    private static async Task<RawCall> OwnAsync(Scene scene, string op, DataClass dataClass, CancellationToken ct) =>
        await Scene.ActAsync(scene.Stranger, op, await scene.Stranger.CapAsync(op, Scene.NameFor(op, dataClass), ct, dataClass: dataClass), dataClass, ct);
}
