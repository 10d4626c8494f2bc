using System.Runtime.InteropServices;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// The log of each service, deleted or shortened, while it runs and while it is stopped: everything is refused,
/// a restart does not help, and <c>agentkeys audit reopen</c> does.
/// </summary>
public class EveryLostLog
{
    private static readonly (string What, Action<string> Do)[] s_losses =
    [
        ("the log shortened", audit => Shorten(Path.Combine(audit, "log"))),
        ("the head shortened", audit => Shorten(Path.Combine(audit, "head"))),
        ("the folder deleted", audit => Directory.Delete(audit, recursive: true)),
        ("the log deleted", audit => File.Delete(Path.Combine(audit, "log"))),
        ("the head deleted", audit => File.Delete(Path.Combine(audit, "head"))),
        ("the log emptied", audit => Assert.Equal(0, Truncate(Path.Combine(audit, "log"), 0))),
    ];

    [AnvilFact]
    public Task Lost_while_its_service_runs() => LoseAsync("log-lost-running", (_, lose) =>
    {
        lose();
        return Task.CompletedTask;
    });

    [AnvilFact]
    public Task Lost_while_its_service_is_stopped() => LoseAsync("log-lost-stopped", async (service, lose) =>
    {
        await service.StopAsync();
        lose();
        await service.StartAsync(CancellationToken.None);
    });

    private static async Task LoseAsync(string name, Func<ServiceProcess, Action, Task> during)
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder(name);
        var machine = folder.Person("person");
        await using var stack = await ServiceStack.StartAsync(folder, () => machine.OkAsync(ct, "init"), ct);
        using var person = new Person(stack, machine);
        await person.StoreAsync("KEY", "kept", ct);

        // Every loss, and every service: the log is the same code in each.
        for (var i = 0; i < s_losses.Length; i++)
        {
            var (service, (what, lose)) = (stack.Services[i % stack.Services.Count], s_losses[i]);
            var audit = Path.Combine(stack.StateOf(service), "audit");
            await during(service, () => lose(audit));
            await ExpectRefusedAsync(stack, service, person, what, ct);

            var reopened = await machine.RunAsync(ct, null, "audit", "reopen", service.Name, "--reason", $"{what} by a test");
            Assert.True(reopened.ExitCode == 0, $"{service.Name}, {what}: {reopened.Tail}");
            Assert.Equal("kept", await Person.RecoversAsync(stack.CodeWithoutLog(service), () => person.FetchAsync("KEY", ct)));
        }
        foreach (var service in stack.Services)
        {
            await service.StopAsync();
            var first = (await stack.ReadLogAsync(service))[0].Record;
            Assert.Equal((81, stack.VerifierOf(service)), ((int)first.Op, first.Verifier));
            Assert.EndsWith(" by a test", first.Intent, StringComparison.Ordinal);
        }
    }

    private static async Task ExpectRefusedAsync(ServiceStack stack, ServiceProcess service, Person person, string what, CancellationToken ct)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // where the service has just started, proofs must be newer than it
        for (var i = 0; i < 2; i++)
        {
            await Person.RefusedAsync(stack.CodeWithoutLog(service), () => person.FetchAsync("KEY", ct));
            await Person.RefusedAsync(stack.CodeWithoutLog(service), () => person.StoreAsync("KEY", "lost", ct));
        }
        Assert.True(await stack.CountsAuditUnavailableAsync(service, ct));
        var (status, body) = await stack.GetAsync(service, "/readyz", ct);
        Assert.True(status == 503 && body.Contains("\"name\":\"audit\",\"ok\":false", StringComparison.Ordinal), $"{service.Name}, {what}: {body}");
        Assert.Equal(200, (await stack.GetAsync(service, "/healthz", ct)).Status);
    }

    /// <summary>By one byte, past the lock that the framework's own files would respect.</summary>
    private static void Shorten(string path) => Assert.Equal(0, Truncate(path, new FileInfo(path).Length - 1));

    [DllImport("libc", EntryPoint = "truncate", SetLastError = true)]
    private static extern int Truncate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, long length);
}
