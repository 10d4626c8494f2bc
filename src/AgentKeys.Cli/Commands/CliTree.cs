using System.CommandLine;
using System.CommandLine.Help;

namespace AgentKeys.Cli;

/// <summary>The tree of commands, and the one place where a failure becomes words and an exit code.</summary>
internal sealed class CliTree
{
    private const string Description = """
        Keep API keys away from agents: grant, fetch, revoke, with your passkey and a chain that everybody can read.

        What you ask for goes to standard output, everything else to standard error. Secrets come by prompt, standard input, file or descriptor, never on the command line.
        """;

    public CliTree(CliEdges edges)
    {
        Edges = edges;
        Root = Build();
        AgentNames.AddTo(this);
    }

    public CliEdges Edges { get; }
    public RootCommand Root { get; }

    public Option<string?> Home { get; } = new("--home") { Description = "Folder of this identity. [env AGENTKEYS_HOME, default ~/.agentkeys]", HelpName = "DIR", Recursive = true };
    public Option<string?> Network { get; } = new("--network") { Description = "Network description. [env AGENTKEYS_NETWORK, default the home's network.json, then ./.agentkeys/dev/network.json]", HelpName = "FILE", Recursive = true };
    public Option<bool> Json { get; } = new("--json") { Description = "Answer, or fail, with JSON on standard output.", Recursive = true };

    public CliOutput OutputOf(ParseResult parse) => new(Edges, parse.GetValue(Json));

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var parse = Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var asksForCompletions = arguments.Count > 0 && arguments[0].StartsWith(CompletionCommand.Directive, StringComparison.Ordinal);
        if (parse.Errors.Count > 0 && parse.Action is not HelpText && !asksForCompletions)
        {
            OutputOf(parse).Fail(CliException.Usage(UsageError(parse), $"{HelpText.Path(parse.CommandResult.Command)} --help shows how"));
            return ExitCode.Usage;
        }
        using var output = new StreamWriter(Edges.Output, new System.Text.UTF8Encoding(false), leaveOpen: true) { AutoFlush = true };
        var configuration = new InvocationConfiguration { Output = output, Error = Edges.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parse.InvokeAsync(configuration, cancel);
    }

    /// <summary>A command that does something.</summary>
    public CliCommand Leaf(CliCommand command, Func<CommandContext, CancellationToken, Task<int>> act, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Add(option);
            else
                command.Add((Argument)symbol);
        }
        command.SetAction((parse, cancel) => GuardAsync(parse, act, cancel));
        return command;
    }

    private RootCommand Build()
    {
        var root = new RootCommand(Description) { Home, Network, Json };
        root.Add(InitCommand.Build(this));
        root.Add(LoginCommands.BuildLogin(this));
        root.Add(StatusCommand.Build(this));
        root.Add(DoctorCommand.Build(this));
        root.Add(AgentCommands.Build(this));
        root.Add(ScopeCommands.Build(this));
        root.Add(CredentialCommands.Build(this));
        root.Add(RunCommand.Build(this));
        root.Add(MemoryCommands.Build(this));
        root.Add(ExplainCommand.Build(this));
        root.Add(StorageTokenCommand.Build(this));
        root.Add(ProofCommand.Build(this));
        root.Add(DevCommand.Build(this));
        root.Add(ChainCommands.Build(this));
        root.Add(EpochCommands.Build(this));
        root.Add(AuditCommands.Build(this));
        root.Add(CompletionCommand.Build(this));
        root.Add(ReferenceCommand.Build(this));
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Say what a command does and takes, with examples.";
            help.Action = new HelpText(this);
            foreach (var foreign in help.Aliases.Where(a => a.StartsWith('/')).ToList())
                help.Aliases.Remove(foreign); // a path, where this program runs
        }
        foreach (var version in root.Options.OfType<VersionOption>())
            version.Description = "Print the version.";
        return root;
    }

    private async Task<int> GuardAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> act, CancellationToken cancel)
    {
        try
        {
            var context = new CommandContext(this, parse);
            await using var progress = Progress.Start(context.Output, Edges);
            return await act(context, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            OutputOf(parse).Say("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            // Everything that goes wrong in a command ends here, as words and a code; a stack is for whoever asks for it.
            var failure = Failures.Taught(Failures.Explain(e), HelpText.Path(parse.CommandResult.Command));
            OutputOf(parse).Fail(failure);
            if (!string.IsNullOrEmpty(Edges.Environment("AGENTKEYS_DEBUG")))
                Edges.Error.WriteLine(e);
            return failure.ExitCode;
        }
    }

    /// <summary>Words too many are not repeated: one of them may be a secret that somebody tried to pass.</summary>
    private static string UsageError(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (parse.UnmatchedTokens.Count == 0)
            return parse.Errors[0].Message;
        if (command.Subcommands.Count > 0)
            return $"There is no command '{parse.UnmatchedTokens[0]}'.";
        return parse.UnmatchedTokens[0].StartsWith('-')
            ? $"There is no option '{parse.UnmatchedTokens[0].Split('=')[0]}'."
            : $"{HelpText.Path(command)} takes no such argument; a secret never goes on the command line.";
    }
}
