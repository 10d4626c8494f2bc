using System.Text;
using AgentKeys.EndToEnd.Tests.Stack;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Documents;

/// <summary>
/// Every command of <c>docs/quickstart.md</c>, in its order, by bash, in a folder that looks like a fresh clone; the browser is answered by a
/// software passkey. Nothing of the text is left out or changed.
/// </summary>
public sealed class Quickstart
{
    private static readonly Programs s_programs = Programs.OfThisBuild();
    private static readonly IReadOnlyList<ShellBlock> s_blocks = ShellBlock.Of(File.ReadAllText(Path.Combine(s_programs.Root, "docs", "quickstart.md")));

    [Fact]
    public void It_is_set_up_by_what_the_test_command_runs_too()
    {
        var setup = Assert.Single(s_blocks, b => b.Kind == "setup");
        var test = File.ReadAllText(Path.Combine(s_programs.Root, "scripts", "test"));
        Assert.Equal("./scripts/setup\ndotnet build Chain.sln -c Release\n", setup.Text);
        Assert.Contains("\nscripts/setup\n", test, StringComparison.Ordinal);
        Assert.Contains("dotnet build Chain.sln -c $configuration", test, StringComparison.Ordinal);
        Assert.All(s_blocks, b => Assert.Contains(b.Kind, (string[])["", "setup", "background", "refused"]));
    }

    [AnvilFact]
    public async Task Every_command_does_what_it_says()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(6)).Token;
        using var folder = new StackFolder("quickstart");
        foreach (var part in (string[])["src", "docs", "scripts", "contracts", "Chain.sln"])
            File.CreateSymbolicLink(Path.Combine(folder.Path, part), Path.Combine(s_programs.Root, part));
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = Directory.CreateDirectory(Path.Combine(folder.Path, "person")).FullName,
            ["DOTNET_CLI_HOME"] = folder.Path,
            ["BROWSER"] = SoftwarePasskeyBrowser.Install(s_programs, Path.Combine(folder.Path, "browser")),
            ["NO_COLOR"] = "1",
        };
        await using var network = new Background(folder.Path, environment);
        var shell = await Command.RunAsync("bash", ["-c", Script(network)], folder.Path, ct, environment, deadline: TimeSpan.FromMinutes(5));
        Assert.True(shell.ExitCode == 0, $"{shell.Error}\n{shell.Output}");
        Assert.Contains("the agent has 9 characters of OPENAI_API_KEY", shell.Output, StringComparison.Ordinal);
        foreach (var (file, content) in (Dictionary<string, string>)new() { ["token.txt"] = "ghp-test-2", ["key.txt"] = "sk-test-1", ["stripe.txt"] = "", ["again.txt"] = "" })
            Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(folder.Path, file), ct));
    }

    /// <summary>One shell for all of it, as a person has one; a failing line names its block and ends it.</summary>
    private static string Script(Background network)
    {
        var script = new StringBuilder("shopt -s expand_aliases\nset -euo pipefail\n");
        foreach (var block in s_blocks.Where(b => b.Kind != "setup"))
        {
            script.Append("trap 'echo \"docs/quickstart.md, block of line ").Append(block.Line).Append(": exit $?\" >&2' ERR\n");
            script.Append(block.Kind switch
            {
                "background" => network.Start(block.Text),
                "refused" => $"trap - ERR\nset +e\n{block.Text}code=$?\nset -e\n[ $code = 3 ] || {{ echo \"docs/quickstart.md, line {block.Line}: exit $code where 3, refused, was expected\" >&2; exit 1; }}\n",
                _ => block.Text,
            });
        }
        return script.ToString();
    }

    /// <summary>A command that stays. The shell starts it and says its number; it ends with the test.</summary>
    private sealed class Background(string folder, Dictionary<string, string> environment) : IAsyncDisposable
    {
        private readonly string _pid = Path.Combine(folder, "background.pid");

        public string Start(string command) =>
            $"(set -m; {command.TrimEnd()} >background.log 2>&1 & echo $! >background.pid)\n" +
            "for _ in $(seq 600); do [ -f .agentkeys/dev/network.json ] && grep -q 'AgentKeys is up' background.log && break; kill -0 \"$(cat background.pid)\"; sleep 0.2; done\n" +
            "grep -q 'AgentKeys is up' background.log || { cat background.log >&2; exit 1; }\n";

        public async ValueTask DisposeAsync()
        {
            if (!File.Exists(_pid))
                return;
            var stop = $"pid=$(cat '{_pid}'); kill -TERM \"$pid\" 2>/dev/null; for _ in $(seq 100); do kill -0 \"$pid\" 2>/dev/null || exit 0; sleep 0.2; done; exit 1";
            var stopped = await Command.RunAsync("bash", ["-c", stop], folder, CancellationToken.None, environment);
            Assert.True(stopped.ExitCode == 0, "agentkeys dev does not end");
        }
    }
}
