using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Testing.Processes;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// Every command of the command line once, with <c>--json</c>, on a real stack: each answer is what docs/cli.schema.json says, and none is left
/// out. On the way what people see is kept, and the stack is measured: ready soon, small, and of use after a long pause.
/// </summary>
public sealed class CommandLineTour(ITestOutputHelper output)
{
    private const long MaxResidentKilobytes = 150 * 1024;

    private readonly HashSet<string> _seen = [];
    private readonly Screens _screens = new(output);

    [AnvilFact]
    public async Task Every_command_says_what_its_schema_says()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(12)).Token;
        using var folder = new StackFolder("tour");
        await _screens.KeepAsync("dev", await DevAsync(folder, ct));
        var (person, agent) = (folder.Person("person"), folder.Machine("agent"));
        await using (var stack = await folder.StartAsync(ct))
        {
            _seen.Add("dev");
            await MeasureAsync(stack);
            await PeopleAsync(person, agent, ct);
            await CredentialsAsync(folder, person, agent, ct);
            await MemoryAsync(person, agent, ct);
            await ScreensAsync(person, agent, ct);
            await AfterALongPauseAsync(agent, ct);
            await ChainAsync(folder, stack, person, ct);
            await SeeAsync(person, ct, "agent", "revoke", "research-bot");
        }
        await StoppedAsync(folder, person, ct);
        Assert.Equal(CliSchema.Commands, _seen.Order(StringComparer.Ordinal));
    }

    private Task<JsonElement> SeeAsync(AgentKeysCli cli, CancellationToken ct, params string[] arguments) => SeeWithInputAsync(cli, ct, null, arguments);

    private Task<JsonElement> SeeWithInputAsync(AgentKeysCli cli, CancellationToken ct, string? input, params string[] arguments)
    {
        _seen.Add(CliSchema.CommandOf(arguments)!);
        return cli.JsonWithInputAsync(ct, input, arguments);
    }

    private async Task PeopleAsync(AgentKeysCli person, AgentKeysCli agent, CancellationToken ct)
    {
        var omni = (await SeeAsync(person, ct, "init")).GetProperty("operator_omni").GetString()!;
        var request = await SeeAsync(agent, ct, "init", "--agent", "--operator", omni);
        await SeeWithInputAsync(person, ct, request.GetRawText(), "agent", "create", "research-bot", "--request", "-");
        await SeeAsync(person, ct, "login");
        Assert.Equal("active", (await SeeAsync(person, ct, "agent", "list")).GetProperty("agents")[0].GetProperty("device").GetString());

        // As people write it: a merge with what stands, whose difference is shown before the passkey is asked.
        await SeeAsync(person, ct, "scope", "set", "research-bot", "GITHUB_TOKEN", "STRIPE_KEY");
        var merged = await person.RunAsync(ct, null, "scope", "set", "research-bot", "openai_api_key", "--class", "credentials", "--read-only", "--for", "7d");
        Assert.Equal(0, merged.ExitCode);
        Assert.Matches(@"  \+ openai_api_key: credentials, read only, until \d{4}-\d\d-\d\d [\d:]+ UTC\n(.*\n)*.*your passkey is asked for", merged.Error);
        var shown = await SeeAsync(person, ct, "scope", "show", "research-bot");
        Assert.Equal(["github_token", "stripe_key", "openai_api_key"], Services(shown));
        Assert.Equal(["github_token", "openai_api_key"], Services(await SeeAsync(person, ct, "scope", "revoke", "research-bot", "STRIPE_KEY")));
    }

    private async Task CredentialsAsync(StackFolder folder, AgentKeysCli person, AgentKeysCli agent, CancellationToken ct)
    {
        await SeeWithInputAsync(person, ct, "sk-1", "cred", "store", "OPENAI_API_KEY", "--agent", "research-bot");
        var env = Path.Combine(folder.Path, ".env");
        await File.WriteAllTextAsync(env, "GITHUB_TOKEN=g\nSTRIPE_KEY=s\n", ct);
        Assert.Equal(2, (await SeeAsync(person, ct, "cred", "import", env, "--agent", "research-bot")).GetProperty("stored").GetInt32());
        Assert.Equal(3, (await SeeAsync(person, ct, "cred", "list", "--agent", "research-bot")).GetProperty("objects").GetArrayLength());
        Assert.Equal(2, (await SeeAsync(agent, ct, "cred", "export-names")).GetArrayLength());
        Assert.Equal("sk-1"u8.ToArray(), (await SeeAsync(agent, ct, "cred", "fetch", "OPENAI_API_KEY")).GetProperty("value_b64").GetBytesFromBase64());
        await SeeAsync(agent, ct, "cred", "fetch", "GITHUB_TOKEN", "--out", Path.Combine(folder.Path, "token"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "token")));
        await SeeAsync(person, ct, "cred", "delete", "STRIPE_KEY", "--agent", "research-bot");
        await SeeAsync(agent, ct, "explain", "fetch", "STRIPE_KEY");
        await SeeAsync(agent, ct, "storage-token");
        await SeeAsync(agent, ct, "proof", "POST", "http://127.0.0.1:1/v1/cap/explain", "--session", "--header");
        Assert.Equal("unreachable", Code(await agent.RunAsync(ct, null, "login", "--network", await NowhereAsync(folder, ct), "--json")));
    }

    private async Task MemoryAsync(AgentKeysCli person, AgentKeysCli agent, CancellationToken ct)
    {
        await SeeAsync(person, ct, "scope", "set", "research-bot", "notes", "--class", "memory");
        await SeeWithInputAsync(agent, ct, "remembered", "memory", "put", "notes/today");
        await SeeAsync(agent, ct, "memory", "get", "notes/today");
        await SeeAsync(agent, ct, "memory", "list");
        await SeeAsync(agent, ct, "memory", "delete", "notes/today");
        await SeeAsync(person, ct, "memory", "teardown", "--agent", "research-bot", "--yes");
    }

    private async Task ScreensAsync(AgentKeysCli person, AgentKeysCli agent, CancellationToken ct)
    {
        var status = await SeeAsync(person, ct, "status");
        Assert.All(status.GetProperty("services").EnumerateArray(), s => Assert.Equal("ready", s.GetProperty("state").GetString()));
        Assert.Contains("one_master", status.GetProperty("weak").EnumerateArray().Select(w => w.GetProperty("code").GetString()));
        var doctor = await SeeAsync(person, ct, "doctor");
        Assert.DoesNotContain("fail", doctor.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("level").GetString()));

        await _screens.KeepAsync("status", Screens.Of("agentkeys status", await person.RunAsync(ct, null, "status")) + Screens.Of("agentkeys status   # on the agent's machine", await agent.RunAsync(ct, null, "status")));
        await _screens.KeepAsync("doctor", Screens.Of("agentkeys doctor", await person.RunAsync(ct, null, "doctor")));
        var refused = await agent.RunAsync(ct, null, "cred", "fetch", "STRIPE_KEY");
        Assert.Contains("service_not_in_scope", refused.Error, StringComparison.Ordinal);
        await _screens.KeepAsync("refusal", Screens.Of("agentkeys cred fetch STRIPE_KEY", refused) + Screens.Of("agentkeys explain fetch STRIPE_KEY", await agent.RunAsync(ct, null, "explain", "fetch", "STRIPE_KEY")));
    }

    /// <summary>An hour later the kept session is over: here by its record, since nobody waits for it. The stack itself keeps no session.</summary>
    private static async Task AfterALongPauseAsync(AgentKeysCli agent, CancellationToken ct)
    {
        var file = Path.Combine(agent.Home, "session.json");
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
        var token = kept["token"]!.GetValue<string>();
        kept["expires_at"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds();
        await File.WriteAllTextAsync(file, kept.ToJsonString(), ct);
        Assert.Equal("g", await agent.OkAsync(ct, "cred", "fetch", "GITHUB_TOKEN"));
        var renewed = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
        Assert.NotEqual(token, renewed["token"]!.GetValue<string>());
        Assert.True(renewed["expires_at"]!.GetValue<long>() > DateTimeOffset.UtcNow.AddMinutes(50).ToUnixTimeSeconds());

        renewed["token"] = "of.another.broker"; // whose clock, or key, is another one: this home thinks it still counts
        await File.WriteAllTextAsync(file, renewed.ToJsonString(), ct);
        Assert.Equal("g", await agent.OkAsync(ct, "cred", "fetch", "GITHUB_TOKEN"));
    }

    private async Task ChainAsync(StackFolder folder, DevStack stack, AgentKeysCli person, CancellationToken ct)
    {
        await SeeAsync(person, ct, "chain", "verify");
        await SeeAsync(person, ct, "chain", "profiles");
        await SeeAsync(
            person, ct, "chain", "deploy", "--profile", "anvil", "--rpc-url", stack.Ready.GetProperty("rpc_url").GetString()!, "--key-file", Path.Combine(person.Home, "wallet.json"), "--out", Path.Combine(folder.Path, "second.json"));
        await SeeAsync(person, ct, "epoch", "add");
        await SeeAsync(person, ct, "epoch", "advance");
        await SeeAsync(person, ct, "completion", "bash");
        await SeeAsync(person, ct, "dev", "env", "--state", folder.DevState);
        await SeeAsync(person, ct, "cred", "teardown", "--agent", "research-bot", "--yes");
    }

    /// <summary>What is said when nothing runs; and a log that was lost meanwhile.</summary>
    private async Task StoppedAsync(StackFolder folder, AgentKeysCli person, CancellationToken ct)
    {
        var doctor = await person.RunAsync(ct, null, "doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Matches(@"fail\s+broker\s+no answer", doctor.Output);
        await _screens.KeepAsync("doctor-stopped", Screens.Of("agentkeys doctor   # nothing runs", doctor));
        Directory.Delete(Path.Combine(folder.DevState, "state", "memory", "audit"), recursive: true);
        await SeeAsync(person, ct, "audit", "reopen", "memory", "--reason", "the tour deleted it");
    }

    /// <summary>Resident memory of each service, and how long the start took, on this machine with whatever else it does.</summary>
    private async Task MeasureAsync(DevStack stack)
    {
        var ready = stack.Ready.GetProperty("ready_seconds").GetDouble();
        var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"ready after {ready:0.0} s") };
        foreach (var service in stack.Ready.GetProperty("services").EnumerateArray().Where(s => s.GetProperty("name").GetString() != "anvil"))
        {
            var (name, kilobytes) = (service.GetProperty("name").GetString(), Resident(service.GetProperty("pid").GetInt32()));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {kilobytes / 1024} MB"));
            Assert.True(kilobytes < MaxResidentKilobytes, $"{name} has {kilobytes} kB");
        }
        lines.ForEach(output.WriteLine);
        await _screens.KeepAsync("dev-measured", string.Join('\n', lines) + "\n");
    }

    private static long Resident(int pid) =>
        OperatingSystem.IsLinux() ? long.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) : 0;

    /// <summary><c>agentkeys dev</c> as a person starts it, until it is up and has stopped again; gives the screen.</summary>
    private static async Task<string> DevAsync(StackFolder folder, CancellationToken ct)
    {
        const string Script = "dotnet \"$0\" dev --state \"$1\" & pid=$!; read _; kill -TERM $pid; wait $pid; echo \"[exit $?]\" >&2";
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, folder.Programs.Cli, folder.DevState]) { RedirectStandardInput = true, RedirectStandardError = true, WorkingDirectory = folder.Programs.Root };
        using var process = Process.Start(start)!;
        var screen = "$ agentkeys dev\n";
        while (await process.StandardError.ReadLineAsync(ct) is { } line)
        {
            screen += line + "\n";
            if (line.Contains("operator_mismatch", StringComparison.Ordinal)) // the last thing to try
                await process.StandardInput.WriteLineAsync("enough");
        }
        await process.WaitForExitAsync(ct);
        Assert.Contains("AgentKeys is up after", screen, StringComparison.Ordinal);
        Assert.Contains($"  export AGENTKEYS_NETWORK='{folder.DevState}/network.json'", screen, StringComparison.Ordinal);
        Assert.EndsWith("[exit 0]\n", screen, StringComparison.Ordinal);
        return screen;
    }

    /// <summary>The stack's network description, with a broker that nobody runs.</summary>
    private static async Task<string> NowhereAsync(StackFolder folder, CancellationToken ct)
    {
        var network = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.DevState, "network.json"), ct))!;
        network["broker"] = "http://127.0.0.1:1/";
        var path = Path.Combine(folder.Path, "nowhere.json");
        await File.WriteAllTextAsync(path, network.ToJsonString(), ct);
        return path;
    }

    private static string? Code(CommandResult result)
    {
        using var document = JsonDocument.Parse(result.Output);
        CliSchema.Expect(document.RootElement, "error");
        return document.RootElement.GetProperty("error").GetProperty("code").GetString();
    }

    private static string[] Services(JsonElement scope) => [.. scope.GetProperty("grants").EnumerateArray().Select(g => g.GetProperty("service").GetString()!)];
}
