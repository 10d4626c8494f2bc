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
        var state = new Option<string>("--state") { Description = "Folder of the stack; everything it makes is in there, and git ignores it.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine(".agentkeys", "dev") };
        var reset = new Option<bool>("--reset") { Description = "Throw the stack's chain, keys and data away first." };
        var command = new CliCommand(
            "dev",
            "Run a whole network on this machine: a development chain with the contracts, broker, signer, and workers for credentials and memory. Stop it with Ctrl-C; the next start finds everything again.",
            "agentkeys dev", "agentkeys dev --state /tmp/stack --reset --json");
        return tree.Leaf(command, (context, cancel) => RunAsync(context, context.PathOf(context.Get(state)!), context.Get(reset), cancel), state, reset);
    }

    private static async Task<int> RunAsync(CommandContext context, string path, bool reset, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
            throw CliException.Failure("A dev stack needs Linux or macOS: its signer listens on a Unix socket.", "use WSL");
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
            Announce(context, stack, folder);
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

    private static void Announce(CommandContext context, DevStack stack, DevFolder folder)
    {
        var answer = stack.Describe();
        answer["try"] = new JsonArray([.. Tries().Select(t => (JsonNode)t.Command)]);
        context.Output.Answer(answer, () => context.Output.Block(Text(context, stack, folder)));
    }

    private static IEnumerable<(string Command, string Why)> Tries() =>
    [
        ("agentkeys init", "two touches of a passkey make you an operator"),
        ("agentkeys cred store OPENAI_API_KEY", "asks for the value, seals it"),
        ($"agentkeys cred fetch OPENAI_API_KEY --print --agent {s_stranger}", "somebody else's: refused, operator_mismatch"),
    ];

    private static string Text(CommandContext context, DevStack stack, DevFolder folder)
    {
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"AgentKeys is up: {stack.Summary}. Logs: {folder.In("logs")}. Stop with Ctrl-C.");
        text.AppendLine();
        text.AppendLine("In another shell:");
        text.AppendLine();
        if (ChildProcess.FindOnPath("agentkeys") is null)
            text.AppendLine(CultureInfo.InvariantCulture, $"  alias agentkeys='{ServicePrograms.Self()}'");
        text.AppendLine(CultureInfo.InvariantCulture, $"  export AGENTKEYS_NETWORK='{folder.Network}'");
        text.AppendLine(CultureInfo.InvariantCulture, $"  export AGENTKEYS_HOME='{folder.In("home")}'   # or your own: leave it out");
        text.AppendLine();
        foreach (var (command, why) in Tries())
            text.AppendLine(CultureInfo.InvariantCulture, $"  {command}   # {why}");
        return text.ToString();
    }
}
