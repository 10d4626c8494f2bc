using System.Diagnostics;
using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Signer;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>The signer's program, alone: its memory goes into no file, and no other process of its user looks into it.</summary>
public class PrivateMemoryTests
{
    [UnprivilegedLinuxFact]
    public async Task The_program_writes_no_core_and_shows_its_memory_to_nobody()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopSignerAsync();
        using var signer = Start(stack, new Dictionary<string, string>());
        try
        {
            await UntilItListensAsync(stack, signer);
            var limit = File.ReadLines($"/proc/{signer.Id}/limits").Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
            Assert.Equal(["0", "0"], limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]);
            var pid = signer.Id.ToString(CultureInfo.InvariantCulture);
            Assert.NotEqual(0, await LookAsync($"/proc/{pid}/environ"));
            Assert.NotEqual(0, await LookAsync($"/proc/{pid}/maps"));
            Assert.Equal(0, await LookAsync($"/proc/{pid}/status")); // what everybody may read
        }
        finally
        {
            signer.Kill();
            await signer.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("DOTNET_DbgEnableMiniDump")]
    [InlineData("COMPlus_DbgEnableMiniDump")]
    public async Task The_program_does_not_start_where_the_runtime_would_dump_its_memory(string name)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopSignerAsync();
        using var signer = Start(stack, new Dictionary<string, string> { [name] = "1" });
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var said = "";
        try
        {
            said = await signer.StandardError.ReadToEndAsync(late.Token);
            await signer.WaitForExitAsync(late.Token);
        }
        finally
        {
            signer.Kill();
        }
        Assert.Equal((ServiceStart.BadConfiguration, $"agentkeys: error: {name} is on: a crash would write keys and credentials to a file; unset it\n"), (signer.ExitCode, said));
    }

    private static Process Start(VaultStack stack, IReadOnlyDictionary<string, string> environment)
    {
        string[] command = [.. ProcessLimits.WithoutPowers, "dotnet", "exec", typeof(SignerHost).Assembly.Location, "--config", stack.Folder["agentkeys.json"]];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task UntilItListensAsync(VaultStack stack, Process signer)
    {
        for (var i = 0; i < 600 && !File.Exists(stack.SocketPath); i++)
        {
            Assert.False(signer.HasExited);
            await Task.Delay(50);
        }
    }

    private static async Task<int> LookAsync(string path)
    {
        string[] command = [.. ProcessLimits.WithoutPowers, "head", "-c", "1", path];
        return (await Command.RunAsync(command[0], command[1..], "/", CancellationToken.None)).ExitCode;
    }
}

/// <summary>Needs /proc, and where it runs as root a way to lay root's powers down; skipped elsewhere, with the reason.</summary>
internal sealed class UnprivilegedLinuxFactAttribute : FactAttribute
{
    public UnprivilegedLinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? ProcessLimits.Missing : "Only Linux has /proc.";
}
