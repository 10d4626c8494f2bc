using System.Diagnostics;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary><c>agentkeys run</c> on a real stack: what a program is given, what it is not, and that it is the process that was started.</summary>
public class RunningPrograms
{
    private const string First = "sk-canary-of-run-0123456789abcdef";
    private const string Second = "two lines\nand 'quotes' \"of\" every $kind `x` ü";

    [AnvilFact]
    public async Task A_program_gets_the_granted_credentials_and_is_the_process_itself()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("run");
        await using (await folder.StartAsync(ct))
            await UseAsync(folder, ct);
        var secret = new Canary("the agent's credential", First);
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
            Assert.False(secret.IsIn(await File.ReadAllBytesAsync(file, ct)), file);
    }

    private static async Task UseAsync(StackFolder folder, CancellationToken ct)
    {
        var (person, agent) = (folder.Person("person"), folder.Machine("agent"));
        await PrepareAsync(person, agent, ct);

        await GivesWhatIsGrantedAsync(folder, agent, ct);
        await IsTheProcessItselfAsync(folder, agent, ct);
        await StartsNothingWhenRefusedAsync(folder, agent, ct);

        Assert.Equal("openai_api_key\nother\nsmall_token\n", await agent.OkAsync(ct, "cred", "export-names"));
        Assert.Equal("""["openai_api_key","other","small_token"]""", (await agent.JsonAsync(ct, "cred", "export-names")).GetRawText());

        await person.OkAsync(ct, "scope", "revoke", "bot");
        var revoked = await agent.RunAsync(ct, null, "run", "--", "touch", Path.Combine(folder.Path, "started"));
        Assert.Equal(1, revoked.ExitCode);
        Assert.Contains("no credential that this actor may fetch", revoked.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "started")));
    }

    private static async Task PrepareAsync(AgentKeysCli person, AgentKeysCli agent, CancellationToken ct)
    {
        await person.OkAsync(ct, "init");
        var operatorOmni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        await person.OkWithInputAsync(ct, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), "agent", "create", "bot", "--request", "-");
        foreach (var (name, value) in ((string, string)[])[("OPENAI_API_KEY", First), ("small_Token", Second), ("OTHER", "x"), ("SECRET", "not granted")])
            await person.OkWithInputAsync(ct, value, "cred", "store", name, "--agent", "bot");
        await person.OkAsync(ct, "scope", "set", "bot", "OPENAI_API_KEY", "small_Token", "OTHER", "--read-only");
    }

    private static async Task GivesWhatIsGrantedAsync(StackFolder folder, AgentKeysCli agent, CancellationToken ct)
    {
        var all = await agent.RunAsync(ct, null, "run", "--", "env", "-0");
        Assert.True(all.ExitCode == 0, all.Tail);
        var given = all.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var without = await Command.RunAsync("env", ["-0"], folder.Path, ct);
        var inherited = without.Output.Split('\0').Select(NameOf).ToHashSet();
        string[] own = ["AGENTKEYS_NETWORK", "BROWSER", "NO_COLOR"];
        Assert.Equal(
            [$"OPENAI_API_KEY={First}", "OTHER=x", $"small_Token={Second}"],
            given.Where(g => !inherited.Contains(NameOf(g)) && !own.Contains(NameOf(g))).Order(StringComparer.Ordinal));

        var one = await agent.RunAsync(ct, "from standard input", "run", "--only", "other", "--", "sh", "-c", "printf '%s|%s|%s|' \"$OTHER\" \"$OPENAI_API_KEY\" \"$*\"; cat; echo to stderr >&2", "sh", "--json", "-x");
        Assert.Equal((0, "x||--json -x|from standard input", "to stderr\n"), (one.ExitCode, one.Output, one.Error));

        var replaced = await Command.RunAsync(
            "dotnet", [folder.Programs.Cli, "--home", agent.Home, "run", "--only", "OTHER", "--", "sh", "-c", "printf %s \"$OTHER\""], folder.Path, ct,
            new Dictionary<string, string> { ["AGENTKEYS_NETWORK"] = Path.Combine(folder.DevState, "network.json"), ["OTHER"] = "an older one" });
        Assert.Equal((0, "x", "agentkeys: OTHER is in the environment already and is replaced\n"), (replaced.ExitCode, replaced.Output, replaced.Error));
    }

    private static async Task IsTheProcessItselfAsync(StackFolder folder, AgentKeysCli agent, CancellationToken ct)
    {
        Assert.Equal(7, (await agent.RunAsync(ct, null, "run", "--only", "OTHER", "--", "sh", "-c", "exit 7")).ExitCode);
        Assert.Equal(128 + 9, (await agent.RunAsync(ct, null, "run", "--only", "OTHER", "--", "sh", "-c", "kill -9 $$")).ExitCode);
        Assert.Equal(127, (await agent.RunAsync(ct, null, "run", "--only", "OTHER", "--", "no-such-program-anywhere")).ExitCode);
        Assert.Equal(126, (await agent.RunAsync(ct, null, "run", "--only", "OTHER", "--", Path.Combine(agent.Home, "device.json"))).ExitCode);
        foreach (var signal in (string[])["INT", "TERM", "HUP"])
            Assert.Equal(43, await SignalledAsync(folder, agent, signal, ct));

        // Neither blocked nor ignored signals, nor anything else in argv.
        const string Look = "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status; tr '\\0' ' ' < /proc/self/cmdline";
        var direct = await Command.RunAsync("sh", ["-c", Look], folder.Path, ct);
        var run = await agent.RunAsync(ct, null, "run", "--", "sh", "-c", Look);
        Assert.Equal(direct.Output, run.Output);
    }

    private static async Task<int> SignalledAsync(StackFolder folder, AgentKeysCli agent, string signal, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        string[] arguments = [folder.Programs.Cli, "--home", agent.Home, "run", "--only", "OTHER", "--", "sh", "-c", $"trap 'exit 43' {signal}; echo $$; while :; do sleep 0.05; done"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AGENTKEYS_NETWORK"] = Path.Combine(folder.DevState, "network.json");
        using var process = Process.Start(start)!;
        try
        {
            Assert.Equal(process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), await process.StandardOutput.ReadLineAsync(ct));
            Assert.Equal(0, (await Command.RunAsync("sh", ["-c", $"kill -{signal} {process.Id}"], folder.Path, ct)).ExitCode);
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static async Task StartsNothingWhenRefusedAsync(StackFolder folder, AgentKeysCli agent, CancellationToken ct)
    {
        var mark = Path.Combine(folder.Path, "started");
        var refusal = await agent.RunAsync(ct, null, "--json", "run", "--only", "OTHER", "SECRET", "--", "touch", mark);
        Assert.Equal(AgentKeysCli.Refused, refusal.ExitCode);
        Assert.Contains("\"code\":\"service_not_in_scope\"", refusal.Output, StringComparison.Ordinal);
        Assert.Contains("agentkeys: error: secret: service_not_in_scope: ", refusal.Error, StringComparison.Ordinal);
        Assert.Contains("the program was not started", refusal.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
    }

    private static string NameOf(string entry) => entry.Split('=')[0];
}
