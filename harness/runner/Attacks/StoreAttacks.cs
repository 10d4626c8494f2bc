using System.Buffers.Binary;
using AgentKeys.Protocol;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>The storage session, the signer's door, and a hand in the store's folder.</summary>
internal static class StoreAttacks
{
    private const string Header = "AgentKeys-Storage-Token";
    private static readonly string[] s_cloud = ["X-Aws-Access-Key-Id", "X-Aws-Secret-Access-Key", "X-Aws-Session-Token"];

    public static async Task<string> SessionsAsync(Scene scene, CancellationToken ct)
    {
        const string Incomplete = "storage sessions missing, partial, of both kinds", Others = "storage sessions of somebody or somewhere else";
        foreach (var dataClass in Scene.Classes)
        {
            await RequiredAsync("none", c => c.Headers[Header] = null);
            await RequiredAsync("both kinds", c => c.Headers[s_cloud[0]] = "AKIA");
            foreach (var missing in s_cloud)
            {
                await RequiredAsync("cloud without " + missing, c =>
                {
                    c.Headers[Header] = null;
                    foreach (var name in s_cloud.Where(n => n != missing))
                        c.Headers[name] = "AKIA";
                });
            }
            var other = Scene.Classes.First(c => c != dataClass);
            var claims = scene.Stolen.StorageClaims(Omni.Parse(scene.Bot.Actor), dataClass, StorageClaims.LocalAudience("dev", dataClass), DateTimeOffset.UtcNow);
            await AttackLog.AllowedAsync("a storage token made with the stolen key", scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(c => c.Headers[Header] = scene.Stolen.Storage(claims)), ct));
            await RefusedAsync("another actor's, from the broker", await scene.OtherBot.StorageTokenAsync(ct, dataClass: dataClass));
            await RefusedAsync("another class's, from the broker", await scene.Bot.StorageTokenAsync(ct, dataClass: other));
            await RefusedAsync("another class's, at this class's store", scene.Stolen.Storage(claims with { DataClass = other }));
            await RefusedAsync("another store's", scene.Stolen.Storage(claims with { Audience = StorageClaims.LocalAudience("prod", dataClass) }));
            await RefusedAsync("expired", scene.Stolen.Storage(claims with { IssuedAt = claims.IssuedAt.AddSeconds(-300), ExpiresAt = claims.IssuedAt.AddSeconds(-1) }));
            await RefusedAsync("signed with K1", scene.Stolen.Forge(claims).Bend(f => f.Signer = scene.ByK1).Sign());

            async Task RequiredAsync(string move, Action<RawCall> bend) =>
                await scene.Log.RefusedAsync(Incomplete, move, dataClass.Name(), "storage_session_required", scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(bend), ct));

            async Task RefusedAsync(string move, string token) => await scene.Log.RefusedAsync(
                Others, move, dataClass.Name(), "storage_session_refused", scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(c => c.Headers[Header] = token), ct));
        }
        return "missing, partial, both kinds; another actor's, class's, store's; expired; another key's";
    }

    public static async Task<string> SignerAsync(Scene scene, CancellationToken ct)
    {
        const string Wraps = "a wrap out of its place";
        var own = SignerBodies.Unwrap(scene.ObjectPath());
        await AttackLog.AllowedAsync("the agent's own wrap", scene.UnwrapAsync(await scene.AgainAsync(ct), ct));
        await TryAsync(Wraps, "under another name", "object_corrupt", await scene.FetchAsync(ct, Scene.ReadOnly), own);
        await TryAsync(Wraps, "under another actor", "object_corrupt", await Scene.ActAsync(scene.OtherBot, "fetch", await scene.OtherBot.CapAsync("fetch", Scene.Granted, ct), DataClass.Credentials, ct), own);
        await TryAsync(Wraps, "a credential's, as memory", "object_corrupt", await scene.AgainAsync(ct, DataClass.Memory), own);
        await TryAsync(Wraps, "memory's, as a credential", "object_corrupt", await scene.AgainAsync(ct), SignerBodies.Unwrap(scene.ObjectPath(DataClass.Memory)));
        await TryAsync(Wraps, "of another epoch", "actor_key_unavailable", await scene.AgainAsync(ct), SignerBodies.Unwrap(scene.ObjectPath(), b => b["epoch"] = 2));
        await TryAsync("operator, actor or name in the signer's body", "actor_omni", "invalid_input", await scene.AgainAsync(ct), SignerBodies.Unwrap(scene.ObjectPath(), b => b["actor_omni"] = scene.OtherBot.Actor));

        var (process, http) = await scene.Stack.StartSignerOfAnotherUserAsync(ct);
        await using var _ = process;
        using var __ = http;
        var ask = (await scene.AgainAsync(ct)).Build() with { Url = new Uri("http://signer/v1/keys/unwrap"), Body = own };
        await scene.Log.RefusedAsync("a signer configured for another user's worker", "unwrap", Attack.Signer, "unauthorized", ask.SendAsync(http, ct));
        return "another name, actor, class, epoch; names in the body; another user";

        Task TryAsync(string tried, string move, string code, RawCall call, byte[] body) =>
            scene.Log.RefusedAsync(tried, move, Attack.Signer, code, scene.ToSignerAsync(call, "unwrap", body, ct));
    }

    public static async Task<string> ObjectsAsync(Scene scene, CancellationToken ct)
    {
        foreach (var dataClass in Scene.Classes)
            await ObjectsAsync(scene, dataClass, ct);
        return "flipped, cut, moved, swapped, put back, deleted; the untouched ones open";
    }

    private static async Task ObjectsAsync(Scene scene, DataClass dataClass, CancellationToken ct)
    {
        var path = scene.ObjectPath(dataClass);
        await AttackLog.AllowedAsync("a store", scene.SendAsync(await scene.StoreAsync("the first", ct, dataClass), ct));
        var first = await File.ReadAllBytesAsync(path, ct);
        await AttackLog.AllowedAsync("a store", scene.SendAsync(await scene.StoreAsync("the second", ct, dataClass), ct));
        var second = await File.ReadAllBytesAsync(path, ct);

        for (var at = 0; at < second.Length; at += 3)
        {
            var routes = at is >= 6 and < 23; // kind, key id and epoch say which secret to ask for
            await TryAsync("a flipped bit of an object", $"byte {at}", routes ? "actor_key_unavailable" : "object_corrupt", b => b[at] ^= 1);
        }
        foreach (var length in (int[])[0, 4, 122, 138, second.Length - 1])
            await WithAsync("an object cut short", $"{length} bytes", "object_corrupt", second[..length]);
        await TryAsync("an object of another class", "the other one's", "object_corrupt", b => b[5] ^= (byte)DataClass.Credentials ^ (byte)DataClass.Memory);
        await TryAsync("an object of another epoch", "the next one", "actor_key_unavailable", b => BinaryPrimitives.WriteUInt64BigEndian(b.AsSpan(15), 2));
        await TryAsync("swapped wraps of two objects", "of one name", "object_corrupt", b =>
        {
            first.AsSpan(23, 32).CopyTo(b.AsSpan(23)); // salt
            first.AsSpan(63, 48).CopyTo(b.AsSpan(63)); // wrapped key
        });
        await WithAsync("an object moved", "from another name", "object_corrupt", await File.ReadAllBytesAsync(scene.ObjectPath(dataClass, Scene.ReadOnly), ct));
        await WithAsync("an object moved", "from another actor", "object_corrupt", await File.ReadAllBytesAsync(scene.ObjectPath(dataClass, party: scene.OtherBot), ct));
        await WithAsync("an older version put back", "the one before", "object_rolled_back", first);
        File.Delete(path);
        await scene.Log.RefusedAsync("an object deleted behind the worker's back", "file removed", dataClass.Name(), "object_lost", scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));
        await File.WriteAllBytesAsync(path, second, ct);
        await AttackLog.AllowedAsync("the untouched object", scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));

        async Task TryAsync(string tried, string move, string code, Action<byte[]> change)
        {
            var bytes = second.ToArray();
            change(bytes);
            await WithAsync(tried, move, code, bytes);
        }

        async Task WithAsync(string tried, string move, string code, byte[] bytes)
        {
            await File.WriteAllBytesAsync(path, bytes, ct);
            await scene.Log.RefusedAsync(tried, move, dataClass.Name(), code, scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));
        }
    }
}
