using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys dev</c>: everything on this machine, in one folder, until Ctrl-C.</summary>
internal static class DevCommand
{
    // Nobody's: what the third command to try asks for, to be refused.
    private static readonly string s_stranger = "0x" + new string('7', 64);

    public static CliCommand Build(CliTree tree)
    {
        var state = StateOption();
        var reset = new Option<bool>("--reset") { Description = "Throw the stack's chain, keys and data away first." };
        var command = new CliCommand(
            "dev",
            "Run a whole network on this machine. That is a development chain with the contracts, broker, signer, and workers for credentials and memory. Stop it with Ctrl-C; the next start finds everything again.",
            "agentkeys dev", "agentkeys dev --state /tmp/stack --reset --json", "eval \"$(agentkeys dev env)\"   # in another shell");
        command.Add(BuildEnv(tree));
        return tree.Leaf(command, (context, cancel) => RunAsync(context, context.PathOf(context.Get(state)!), context.Get(reset), cancel), state, reset);
    }

    private static CliCommand BuildEnv(CliTree tree)
    {
        var state = StateOption();
        var command = new CliCommand(
            "env", "Print what another shell needs to use the stack, for eval. That is where its network description is, and a home of its own; leave that line out to use yours.",
            "eval \"$(agentkeys dev env)\"", "agentkeys dev env --state /tmp/stack --json");
        return tree.Leaf(command, (context, _) => Task.FromResult(Env(context, context.PathOf(context.Get(state)!))), state);
    }

    private static Option<string> StateOption() =>
        new("--state") { Description = "Folder of the stack; everything it makes is in there, and git ignores it. [default: .agentkeys/dev]", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine(".agentkeys", "dev") };

    private static int Env(CommandContext context, string path)
    {
        var environment = new DevEnvironment(path);
        if (!File.Exists(environment.Variables[0].Value))
            throw CliException.Failure($"There is no stack in {path}.", "start it: agentkeys dev; or name its folder with --state");
        if (context.Output.Json)
            context.Output.WriteJson(environment.Json());
        else
            context.Output.WriteLine(string.Join('\n', environment.Exports()));
        return ExitCode.Ok;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, bool reset, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
            throw CliException.Failure("A dev stack needs Linux or macOS: its signer listens on a Unix socket.", "use WSL");
        var started = context.Edges.Time.GetTimestamp();
        using var folder = DevFolder.Open(path);
        var left = await DevProcesses.CleanAsync(folder, context.Edges.Time, cancel);
        if (left.Count > 0)
            context.Output.Say($"ended what an earlier run left behind: {string.Join(", ", left)}");
        if (reset)
            folder.Clear();

        await using var stack = new DevStack(folder, context.Output, context.Edges);
        try
        {
            await stack.StartAsync(cancel);
            Announce(context, stack, folder, context.Edges.Time.GetElapsedTime(started));
            await stack.WatchAsync(cancel);
            return ExitCode.Failure; // not reached: watching ends by an exception
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && stack.IsReady)
        {
            context.Output.Say("stopping");
            await stack.DisposeAsync();
            context.Output.Say($"stopped; `agentkeys dev` finds everything again in {folder.Root}");
            return ExitCode.Ok;
        }
    }

    private static void Announce(CommandContext context, DevStack stack, DevFolder folder, TimeSpan took)
    {
        var answer = stack.Describe();
        answer["ready_seconds"] = Math.Round(took.TotalSeconds, 1);
        answer["environment"] = new DevEnvironment(folder.Root).Json();
        answer["try"] = new JsonArray([.. Tries().Select(t => (JsonNode)t.Command)]);
        context.Output.Answer(answer, () => context.Output.Block(Text(stack, folder, took)));
    }

    private static IEnumerable<(string Command, string Why)> Tries() =>
    [
        ("agentkeys init", "two touches of a passkey make you an operator"),
        ("agentkeys cred store OPENAI_API_KEY", "asks for the value, seals it"),
        ($"agentkeys cred fetch OPENAI_API_KEY --print --agent {s_stranger}", "somebody else's: refused, operator_mismatch"),
    ];

    private static string Text(DevStack stack, DevFolder folder, TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"AgentKeys is up after {took.TotalSeconds:0.0} s. Stop with Ctrl-C.");
        text.AppendLine();
        foreach (var (name, where) in stack.Parts())
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-11}  {where}");
        text.AppendLine();
        text.AppendLine("In another shell:");
        text.AppendLine();
        if (ChildProcess.FindOnPath("agentkeys") is null)
            text.AppendLine(CultureInfo.InvariantCulture, $"  alias agentkeys='{ServicePrograms.Self()}'");
        foreach (var line in new DevEnvironment(folder.Root).Exports())
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        text.AppendLine("  # or: eval \"$(agentkeys dev env)\", with --state as here; without AGENTKEYS_HOME it is your own home");
        text.AppendLine();
        foreach (var (command, why) in Tries())
            text.AppendLine(CultureInfo.InvariantCulture, $"  # {why}").AppendLine(CultureInfo.InvariantCulture, $"  {command}");
        return text.ToString();
    }
}
