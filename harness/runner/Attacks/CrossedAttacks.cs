using AgentKeys.Protocol;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>Real caps, each valid for what it says and used for something else.</summary>
internal static class CrossedAttacks
{
    public static async Task<string> CrossedAsync(Scene scene, CancellationToken ct)
    {
        foreach (var dataClass in Scene.Classes)
        {
            foreach (var (op, party, cap) in await CapsAsync(scene, dataClass, ct))
            {
                await OperationsAsync(scene, dataClass, op, party, cap, ct);
                var other = Scene.Classes.First(c => c != dataClass);
                await scene.Log.RefusedAsync("a cap on the other class's route", $"{dataClass.Name()} {op} cap", other.Name(), "cap_data_class_mismatch",
                    scene.SendAsync(await ActAsync(scene, party, op, cap, other, ct), ct));
            }
        }
        await scene.Log.RefusedAsync("a cap of a class that the worker's user does not serve", "email", Attack.Signer, "unauthorized",
            scene.UnwrapAsync((await scene.AgainAsync(ct)).Bent(scene.Forged(f => f.Claims["data_class"] = "email")), ct));
        return "store, fetch, list, delete and teardown, credentials and memory: each cap does one thing";
    }

    private static async Task OperationsAsync(Scene scene, DataClass dataClass, string op, RawParty party, string cap, CancellationToken ct)
    {
        const string Tried = "a cap on another operation's route", Code = "cap_op_mismatch";
        foreach (var route in Scene.Ops.Where(r => r != op))
        {
            await scene.Log.RefusedAsync(Tried, $"{dataClass.Name()}: {op} cap to {route}", dataClass.Name(), Code,
                scene.SendAsync(await ActAsync(scene, party, route, cap, dataClass, ct), ct));
        }
        var act = await ActAsync(scene, party, op, cap, dataClass, ct);
        if (op != "store")
            await scene.Log.RefusedAsync(Tried, $"{dataClass.Name()}: {op} cap to generate", Attack.Signer, Code, scene.GenerateAsync(act, ct));
        if (op != "fetch")
            await scene.Log.RefusedAsync(Tried, $"{dataClass.Name()}: {op} cap to unwrap", Attack.Signer, Code, scene.UnwrapAsync(act, ct, dataClass));
    }

    /// <summary>A cap for each operation on the agent's data: its own, and for the teardown its operator's.</summary>
    private static async Task<IReadOnlyList<(string Op, RawParty Party, string Cap)>> CapsAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        var caps = new List<(string, RawParty, string)>();
        foreach (var op in Scene.Ops)
        {
            var party = op == "teardown" ? scene.Owner : scene.Bot;
            caps.Add((op, party, await party.CapAsync(op, Scene.NameFor(op, dataClass), ct, scene.Bot.Actor, dataClass)));
        }
        return caps;
    }

    /// <summary>With a storage token of the agent's data, which its operator gets too.</summary>
    private static async Task<RawCall> ActAsync(Scene scene, RawParty party, string op, string cap, DataClass dataClass, CancellationToken ct) =>
        party.Act(op, cap, await party.StorageTokenAsync(ct, scene.Bot.Actor, dataClass), Scene.BodyFor(op, dataClass), dataClass);
}
