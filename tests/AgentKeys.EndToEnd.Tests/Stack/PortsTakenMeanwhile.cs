using System.Globalization;
using System.Text.Json;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// Between <c>agentkeys dev</c>'s look at a port and its child's bind another stack takes that port. What answers there then is not ours, however
/// well it answers: a new stack goes to other ports, and one that has its ports from before says so and stops.
/// </summary>
public sealed class PortsTakenMeanwhile
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;

    [AnvilFact]
    public Task A_new_stack_whose_node_lost_its_port_takes_others() => ElsewhereAsync("chain", "ports.json"); // the ports are chosen: the node starts

    [AnvilFact]
    public Task A_new_stack_whose_broker_lost_its_port_takes_others() => ElsewhereAsync("broker", "deployment.json"); // the contracts are there: the services start

    private static Task ElsewhereAsync(string port, string after) => UntilInTimeAsync(async ct =>
    {
        using var folder = new StackFolder("taken-" + port);
        var starting = folder.StartAsync(ct);
        await using var thief = await TakeAsync(folder, port, after, starting, ct);
        await using var stack = await starting;
        if (thief is null)
            return false;

        Assert.NotEqual(thief.Port, Ports(folder).GetProperty(port).GetInt32());
        Assert.DoesNotContain(thief.Port.ToString(CultureInfo.InvariantCulture), File.ReadAllText(Path.Combine(folder.DevState, "agentkeys.json")), StringComparison.Ordinal);
        Assert.Empty(thief.Asked);
        var person = folder.Person("person");
        await person.OkAsync(ct, "init");
        await person.OkWithInputAsync(ct, "value", "cred", "store", "API_KEY");
        Assert.Equal("value", await person.OkAsync(ct, "cred", "fetch", "API_KEY"));
        Assert.Empty(thief.Asked);
        return true;
    });

    [AnvilFact]
    public Task A_stack_that_has_its_ports_says_which_is_taken_and_stops() => UntilInTimeAsync(async ct =>
    {
        using var folder = new StackFolder("taken-kept");
        await (await folder.StartAsync(ct)).DisposeAsync();
        var kept = Ports(folder).GetRawText();
        File.Delete(Path.Combine(folder.DevState, "network.json")); // written before the services start

        var starting = folder.StartAsync(ct);
        await using var thief = await TakeAsync(folder, "broker", "network.json", starting, ct);
        if (thief is null)
        {
            await (await starting).DisposeAsync();
            return false;
        }
        var refused = await Assert.ThrowsAsync<UnexpectedOutcomeException>(() => starting);
        Assert.Contains($"agentkeys: error: Port {thief.Port} of this stack is in use by another program.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("agentkeys: hint: stop that program, or start anew with `agentkeys dev --reset`", refused.Message, StringComparison.Ordinal);
        Assert.Equal(kept, Ports(folder).GetRawText());
        return true;
    });

    /// <summary>Which of the two is faster is chance: tries until the thief was.</summary>
    private static async Task UntilInTimeAsync(Func<CancellationToken, Task<bool>> race)
    {
        const int Tries = 10;
        var ct = Deadline;
        for (var i = 0; i < Tries; i++)
        {
            if (await race(ct))
                return;
        }
        Assert.Fail($"ours had its port first, {Tries} times");
    }

    /// <returns>null: ours has the port already.</returns>
    private static async Task<PortThief?> TakeAsync(StackFolder folder, string port, string after, Task starting, CancellationToken ct)
    {
        while (!File.Exists(Path.Combine(folder.DevState, after)))
        {
            if (starting.IsCompleted)
                await starting;
            await Task.Delay(s_look, ct);
        }
        return PortThief.Take(Ports(folder).GetProperty(port).GetInt32());
    }

    private static JsonElement Ports(StackFolder folder)
    {
        using var ports = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.DevState, "ports.json")));
        return ports.RootElement.Clone();
    }
}
