using System.Globalization;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A service's memory holds keys and credentials: no crash writes it down, and no other process of its user looks into it.</summary>
public class MemoryStaysPrivate
{
    private const int BadCall = 31; // SIGSYS: writes a core, and the runtime does not catch it
    private const int BadConfiguration = 78;

    [UnprivilegedFact]
    public async Task A_service_leaves_no_core_and_shows_its_memory_to_nobody()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("private-memory");
        await using var stack = await ServiceStack.StartAsync(folder, () => Task.CompletedTask, ct);
        foreach (var process in (ServiceProcess[])[stack.Anvil, .. stack.Services])
        {
            await process.StopAsync();
            process.Prefix = ["/usr/bin/prlimit", "--core=unlimited", .. ProcessLimits.WithoutPowers]; // whatever the shell that starts it allows
            await process.StartAsync(ct);
        }

        Assert.Equal("unlimited unlimited", CoreLimit(stack.Anvil)); // the prefix works
        Assert.True(await CanLookIntoAsync(stack.Anvil, folder, ct));
        foreach (var service in stack.Services)
        {
            Assert.Equal("0 0", CoreLimit(service));
            Assert.False(await CanLookIntoAsync(service, folder, ct), service.Name);
            Assert.Equal(128 + BadCall, await service.EndByAsync(BadCall));
        }
        Assert.Empty(Directory.GetFiles(folder.Path, "core*", SearchOption.AllDirectories));
    }

    [AnvilFact]
    public async Task A_service_does_not_start_where_the_runtime_would_dump_its_memory()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("memory-dumps");
        await using var stack = await ServiceStack.StartAsync(folder, () => Task.CompletedTask, ct);
        foreach (var service in stack.Services)
        {
            await service.StopAsync();
            service.Environment = new Dictionary<string, string> { ["DOTNET_DbgEnableMiniDump"] = "1" };
            Assert.Equal(BadConfiguration, await service.RunAsync(ct));
            Assert.Contains("agentkeys: error: DOTNET_DbgEnableMiniDump is on", (await File.ReadAllLinesAsync(service.Log, ct))[^1], StringComparison.Ordinal);
            service.Environment = new Dictionary<string, string> { ["DOTNET_DbgEnableMiniDump"] = "0" };
            await service.StartAsync(ct);
        }
    }

    /// <summary>Soft and hard, as the kernel tells them.</summary>
    private static string CoreLimit(ServiceProcess process)
    {
        var line = File.ReadLines($"/proc/{process.Pid}/limits").Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"{words[4]} {words[5]}";
    }

    /// <summary>Another process of the same user, without root's powers.</summary>
    private static async Task<bool> CanLookIntoAsync(ServiceProcess process, StackFolder folder, CancellationToken ct)
    {
        var pid = process.Pid.ToString(CultureInfo.InvariantCulture);
        string[] look = [.. ProcessLimits.WithoutPowers, "head", "-c", "1", $"/proc/{pid}/environ"];
        var environment = await Command.RunAsync(look[0], look[1..], folder.Path, ct);
        look[^1] = $"/proc/{pid}/maps";
        var memory = await Command.RunAsync(look[0], look[1..], folder.Path, ct);
        Assert.Equal(environment.ExitCode, memory.ExitCode);
        return environment.ExitCode == 0;
    }
}
