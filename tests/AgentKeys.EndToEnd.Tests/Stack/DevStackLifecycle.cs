using System.Diagnostics;
using System.Text.Json;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary><c>agentkeys dev</c> as a person lives with it: stopped, started again, killed, started twice.</summary>
public class DevStackLifecycle
{
    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;

    [AnvilFact]
    public async Task A_second_start_finds_chain_contracts_keys_and_objects_again()
    {
        using var folder = new StackFolder("second-start");
        var ct = Deadline;
        var person = folder.Person("person");
        JsonElement first, second;
        await using (var stack = await folder.StartAsync(ct))
        {
            first = stack.Ready;
            await person.OkAsync(ct, "init");
            await person.OkWithInputAsync(ct, "value-of-the-first-run", "cred", "store", "API_KEY");
            Assert.All(stack.Children, pid => Assert.True(IsAlive(pid)));
        }
        Assert.All(Pids(first), pid => Assert.False(IsAlive(pid)));

        await using (var stack = await folder.StartAsync(ct))
        {
            second = stack.Ready;
            Assert.Equal("value-of-the-first-run", await person.OkAsync(ct, "cred", "fetch", "API_KEY"));
        }
        foreach (var same in new[] { "chain", "broker", "rpc_url" })
            Assert.Equal(first.GetProperty(same).GetString(), second.GetProperty(same).GetString());
    }

    [AnvilFact]
    public async Task What_a_killed_run_left_behind_is_ended_by_the_next_and_nothing_is_lost()
    {
        using var folder = new StackFolder("killed");
        var ct = Deadline;
        var person = folder.Person("person");
        var stack = await folder.StartAsync(ct);
        await person.OkAsync(ct, "init");
        await person.OkWithInputAsync(ct, "kept", "cred", "store", "API_KEY");
        await Task.Delay(TimeSpan.FromSeconds(2.5), ct); // anvil writes its state once a second
        var left = stack.Children;
        await stack.CrashAsync();
        Assert.All(left, pid => Assert.True(IsAlive(pid)));

        await using var next = await folder.StartAsync(ct);
        Assert.All(left, pid => Assert.False(IsAlive(pid)));
        Assert.Equal("kept", await person.OkAsync(ct, "cred", "fetch", "API_KEY"));
        await stack.DisposeAsync();
    }

    [AnvilFact]
    public async Task Two_on_one_folder_refuse_and_the_first_goes_on()
    {
        using var folder = new StackFolder("twice");
        var ct = Deadline;
        await using var first = await folder.StartAsync(ct);
        var refused = await Assert.ThrowsAsync<UnexpectedOutcomeException>(() => folder.StartAsync(ct));
        Assert.Contains("agentkeys: error:", refused.Message, StringComparison.Ordinal);
        Assert.All(first.Children, pid => Assert.True(IsAlive(pid)));
        await folder.Machine("somebody").RunAsync(ct, null, "status");
    }

    private static IEnumerable<int> Pids(JsonElement ready) => ready.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("pid").GetInt32());

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited && !IsZombie(pid);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A killed parent's children are nobody's here: an ended one may stay in the process table.</summary>
    private static bool IsZombie(int pid) =>
        File.Exists($"/proc/{pid}/stat") && File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].StartsWith('Z');
}
