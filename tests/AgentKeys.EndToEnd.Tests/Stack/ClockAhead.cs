using AgentKeys.Testing.Audit;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A machine whose clock was ahead and has been set right: the newest record is of the future.</summary>
public class ClockAhead
{
    [AnvilFact]
    public async Task A_worker_whose_log_is_of_the_future_refuses_until_the_clock_has_caught_up()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("clock-ahead");
        var machine = folder.Person("person");
        await using var stack = await ServiceStack.StartAsync(folder, () => machine.OkAsync(ct, "init"), ct);
        using var person = new Person(stack, machine);
        await person.StoreAsync("KEY", "before", ct);

        await stack.Worker.StopAsync();
        await AuditLogFile.AppendAheadAsync(stack.StateOf(stack.Worker), stack.VerifierOf(stack.Worker), TimeSpan.FromSeconds(55 + 15)); // 55 s are held
        await stack.Worker.StartAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // until its proofs are taken
        await Person.RefusedAsync("audit_unavailable", () => person.StoreAsync("KEY", "refused", ct));
        Assert.Equal("before", await Person.RecoversAsync("audit_unavailable", () => person.FetchAsync("KEY", ct)));
        Assert.Equal(2ul, await person.StoreAsync("KEY", "after", ct));
    }
}
