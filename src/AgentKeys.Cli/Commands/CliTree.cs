using System.CommandLine;
using System.CommandLine.Help;

namespace AgentKeys.Cli;

/// <summary>The tree of commands, and the one place where a failure becomes words and an exit code.</summary>
internal sealed class CliTree
{
    private const string Description = """
        Keep API keys away from agents: grant, fetch, revoke, with your passkey and a chain that everybody can read.

        Data goes to standard output, everything else to standard error.
        Exit codes: 0 done, 1 failed, 2 wrong command line, 3 refused (the code is printed), 4 something is unreachable, 130 interrupted.
        `run` ends as its program does, and with 126 or 127 when there is none to start.
        Secrets come by prompt, standard input, file or descriptor, never on the command line.
        """;

    public CliTree(CliEdges edges)
    {
        Edges = edges;
        Root = Build();
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
        if (parse.Errors.Count > 0 && parse.Action is not HelpWithExamples)
        {
            OutputOf(parse).Fail(CliException.Usage(UsageError(parse), $"{CommandLine(parse.CommandResult.Command)} --help shows how"));
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
        root.Add(LoginCommands.BuildStatus(this));
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
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private async Task<int> GuardAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> act, CancellationToken cancel)
    {
        try
        {
            return await act(new CommandContext(this, parse), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            OutputOf(parse).Say("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            // Everything that goes wrong in a command ends here, as words and a code; a stack is for whoever asks for it.
            var failure = Failures.Explain(e);
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
            : $"{CommandLine(command)} takes no such argument; a secret never goes on the command line.";
    }

    private static string CommandLine(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol is RootCommand ? "agentkeys" : symbol.Name);
        return string.Join(' ', names);
    }
}
