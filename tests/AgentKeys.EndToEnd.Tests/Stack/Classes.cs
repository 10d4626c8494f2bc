using System.Text.Json;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>Grants of both classes on a real chain, through real broker, workers and signer.</summary>
public class Classes
{
    private const string Hour = "1h";

    [AnvilFact]
    public async Task Grants_hold_per_class_read_only_until_they_end_and_everything_can_be_listed_and_deleted()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(6)).Token;
        using var folder = new StackFolder("classes");
        await using var stack = await folder.StartAsync(ct);
        var person = folder.Person("person");
        var agent = folder.Machine("agent");
        await person.OkAsync(ct, "init");
        var operatorOmni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        await person.OkWithInputAsync(ct, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), "agent", "create", "bot", "--request", "-");

        // Memory for the namespace notes, reading and writing, for an hour; a credential of the same name is not granted by it.
        await person.OkAsync(ct, "scope", "set", "bot", "notes", "--class", "memory", "--for", Hour);
        await agent.OkWithInputAsync(ct, "remembered", "memory", "put", "Notes/Today", "--if-version", "0");
        Assert.Equal("remembered", await agent.OkAsync(ct, "memory", "get", "notes/today"));
        await person.OkWithInputAsync(ct, "secret", "cred", "store", "NOTES", "--agent", "bot");
        await agent.RefusedAsync(ct, "service_not_in_scope", "cred", "fetch", "NOTES");
        await agent.RefusedAsync(ct, "service_not_in_scope", "memory", "get", "elsewhere/today");
        await person.RefusedAsync(ct, "device_binding_mismatch", "memory", "get", "notes/today", "--agent", "bot");

        // Each grant has its own class: the credential now, read-only, and the namespace stays as it is.
        await person.OkAsync(ct, "scope", "set", "bot", "API_KEY", "--read-only");
        await person.OkWithInputAsync(ct, "key", "cred", "store", "API_KEY", "--agent", "bot");
        Assert.Equal("key", await agent.OkAsync(ct, "cred", "fetch", "API_KEY"));
        await agent.RefusedAsync(ct, "scope_read_only", "cred", "delete", "API_KEY");
        Assert.Equal(["api_key"], Names(await agent.JsonAsync(ct, "cred", "list")));
        Assert.Equal(["api_key", "notes"], Names(await person.JsonAsync(ct, "cred", "list", "--agent", "bot")));
        Assert.Equal(["notes/today"], Names(await agent.JsonAsync(ct, "memory", "list")));
        var explained = await agent.JsonAsync(ct, "explain", "store", "API_KEY");
        Assert.Equal(("scope_read_only", 12), (explained.GetProperty("refusal").GetProperty("code").GetString(), explained.GetProperty("refusal").GetProperty("row").GetInt32()));
        Assert.True((await agent.JsonAsync(ct, "explain", "put", "notes/today", "--class", "memory")).GetProperty("allowed").GetBoolean());

        // Read-only memory, then a grant whose end the chain reaches first: its clock is moved on, ours is not.
        await person.OkAsync(ct, "scope", "set", "bot", "notes", "--class", "memory", "--read-only", "--for", Hour);
        await agent.RefusedAsync(ct, "scope_read_only", "memory", "delete", "notes/today");
        Assert.Equal("remembered", await agent.OkAsync(ct, "memory", "get", "notes/today"));
        await MoveChainAsync(stack.Ready.GetProperty("rpc_url").GetString()!, 2 * 60 * 60, ct);
        await agent.RefusedAsync(ct, "scope_expired", "memory", "get", "notes/today");
        Assert.Empty(Names(await agent.JsonAsync(ct, "memory", "list")));
        Assert.Equal("key", await agent.OkAsync(ct, "cred", "fetch", "API_KEY"));

        // Teardown of one class leaves the other.
        await agent.RefusedAsync(ct, "device_role_missing", "memory", "teardown", "--yes");
        Assert.Equal(1, (await person.JsonAsync(ct, "memory", "teardown", "--agent", "bot", "--yes")).GetProperty("deleted").GetInt32());
        Assert.Empty(Names(await person.JsonAsync(ct, "memory", "list", "--agent", "bot")));
        await person.OkAsync(ct, "cred", "delete", "NOTES", "--agent", "bot");
        Assert.Equal(["api_key"], Names(await person.JsonAsync(ct, "cred", "list", "--agent", "bot")));
    }

    /// <summary>The chain's clock stands still: a grant of seconds ends by ours.</summary>
    [AnvilFact]
    public async Task A_grant_ends_by_our_clock_though_the_chains_stands_still()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("our-clock");
        await using var stack = await folder.StartAsync(ct);
        var person = folder.Person("person");
        var agent = folder.Machine("agent");
        await person.OkAsync(ct, "init");
        var operatorOmni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        await person.OkWithInputAsync(ct, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), "agent", "create", "bot", "--request", "-");
        await person.OkWithInputAsync(ct, "v", "cred", "store", "K", "--agent", "bot");
        await person.OkWithInputAsync(ct, "v", "memory", "put", "notes/k", "--agent", "bot");
        (string[] Granted, string[] Act)[] classes = [(["K"], ["cred", "fetch", "K"]), (["notes", "--class", "memory"], ["memory", "get", "notes/k"])];
        var ends = 0L;
        foreach (var (granted, act) in classes)
        {
            var scope = await person.JsonAsync(ct, ["scope", "set", "bot", .. granted, "--for", "45s"]);
            Assert.Equal("v", await agent.OkAsync(ct, act));
            ends = scope.GetProperty("grants").EnumerateArray().Max(g => g.GetProperty("expires_at").GetInt64());
        }
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, ends - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) + 1), ct);
        foreach (var (_, act) in classes)
            await agent.RefusedAsync(ct, "scope_expired", act);
    }

    /// <summary>The next ring key first, then the chain: what was stored opens, what is stored is new. The chain first: writes wait, reads do not.</summary>
    [AnvilFact]
    public async Task An_advanced_epoch_keeps_every_object_of_both_classes_readable()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("epochs");
        await using var stack = await folder.StartAsync(ct);
        var person = folder.Person("person");
        await person.OkAsync(ct, "init");
        await person.OkWithInputAsync(ct, "one", "cred", "store", "A");
        await person.OkWithInputAsync(ct, "one", "memory", "put", "notes/a");

        Assert.Equal(2, (await person.JsonAsync(ct, "epoch", "add")).GetProperty("epoch").GetInt32());
        Assert.Equal(2, (await person.JsonAsync(ct, "epoch", "advance")).GetProperty("epoch").GetInt32());
        await person.OkWithInputAsync(ct, "two", "cred", "store", "B");
        Assert.Equal(("one", "two", "one"), (await person.OkAsync(ct, "cred", "fetch", "A"), await person.OkAsync(ct, "cred", "fetch", "B"), await person.OkAsync(ct, "memory", "get", "notes/a")));
        Assert.Equal([1UL, 2UL, 1UL], [EpochOf(folder, "credentials/a.enc"), EpochOf(folder, "credentials/b.enc"), EpochOf(folder, "memory/notes/a.enc")]);

        await person.OkAsync(ct, "epoch", "advance");
        await person.RefusedWithInputAsync(ct, "k3_epoch_pending", "three", "cred", "store", "C");
        await person.RefusedWithInputAsync(ct, "k3_epoch_pending", "three", "memory", "put", "notes/a");
        Assert.Equal(("one", "two", "one"), (await person.OkAsync(ct, "cred", "fetch", "A"), await person.OkAsync(ct, "cred", "fetch", "B"), await person.OkAsync(ct, "memory", "get", "notes/a")));
        await person.OkAsync(ct, "epoch", "add");
        await person.OkWithInputAsync(ct, "three", "memory", "put", "notes/a");
        Assert.Equal("three", await person.OkAsync(ct, "memory", "get", "notes/a"));
        Assert.Equal(3UL, EpochOf(folder, "memory/notes/a.enc"));
    }

    private static ulong EpochOf(StackFolder folder, string name)
    {
        var actors = Path.Combine(folder.DevState, "state", "store", "bots");
        var path = Path.Combine(Directory.GetDirectories(actors).Single(), name);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(File.ReadAllBytes(path).AsSpan(15));
    }

    private static string[] Names(JsonElement answer) => [.. answer.GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];

    /// <summary>One more block, so many seconds later.</summary>
    private static async Task MoveChainAsync(string rpcUrl, int seconds, CancellationToken ct)
    {
        using var http = new HttpClient();
        foreach (var call in (string[])[$$"""{"jsonrpc":"2.0","id":1,"method":"evm_increaseTime","params":[{{seconds}}]}""", """{"jsonrpc":"2.0","id":2,"method":"evm_mine","params":[]}"""])
        {
            using var content = new StringContent(call, System.Text.Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(rpcUrl), content, ct);
            Assert.DoesNotContain("error", await response.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        }
    }
}
