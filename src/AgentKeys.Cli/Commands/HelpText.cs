using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;

namespace AgentKeys.Cli;

/// <summary>
/// The help of a command, and <c>docs/cli.md</c>, from the same tree: what it does, how it is called, what it takes, examples, and
/// for the root command the exit codes.
/// </summary>
internal sealed class HelpText(CliTree tree) : SynchronousCommandLineAction
{
    private const int Width = 100;
    private const int MaxColumn = 30;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
        return ExitCode.Ok;
    }

    /// <summary>Ends with a line break; no line ends in white space.</summary>
    public string Of(Command command)
    {
        var text = new StringBuilder();
        foreach (var line in (command.Description ?? "").Split('\n'))
            Wrap(text, line, 0);
        text.Append("\nUsage: ").Append(Usage(command)).Append('\n');
        Section(text, "Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (Call(c), Summary(c))));
        Section(text, "Arguments", command.Arguments.Select(a => (a.HelpName ?? a.Name, a.Description ?? "")));
        Section(text, "Options", command.Options.Where(o => !IsCommon(o)).Select(Row));
        Section(text, "Everywhere", Common(command).Select(Row));
        if (command is RootCommand)
            Section(text, "Exit codes", ExitCode.All.Select(c => (c.Code.ToString(CultureInfo.InvariantCulture), c.Meaning)));
        if (command is CliCommand { Examples.Count: > 0 } with)
            text.Append(with.Examples.Count == 1 ? "\nExample:\n" : "\nExamples:\n").AppendJoin("", with.Examples.Select(e => $"  {e}\n"));
        return text.ToString();
    }

    /// <summary><c>agentkeys cred store</c>.</summary>
    public static string Path(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol is RootCommand ? "agentkeys" : symbol.Name);
        return string.Join(' ', names);
    }

    /// <summary>The first sentence.</summary>
    public static string Summary(Command command)
    {
        var text = (command.Description ?? "").Split('\n')[0];
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    private static string Usage(Command command)
    {
        var arguments = string.Concat(command.Arguments.Select(a => " " + Argument(a)));
        return command.Subcommands.Count > 0 ? $"{Path(command)} {(command.Action is null ? "COMMAND" : "[COMMAND]")} [options]" : $"{Path(command)}{(command.Options.Any(o => o.Required) ? Required(command) : "")} [options]{arguments}";
    }

    private static string Required(Command command) => string.Concat(command.Options.Where(o => o.Required).Select(o => $" {Left(o)}"));

    private static string Argument(Argument argument)
    {
        var name = (argument.HelpName ?? argument.Name) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Call(Command command) => command.Name + string.Concat(command.Arguments.Select(a => " " + Argument(a)));

    private static (string, string) Row(Option option) => (Left(option), option.Description ?? "");

    private static string Left(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(a => a is "-h" or "-?").Order().Reverse().Append(option.Name));
        return option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? names : $"{names} {option.HelpName ?? "VALUE"}";
    }

    private bool IsCommon(Option option) => option == tree.Home || option == tree.Network || option == tree.Json || option.Name is "--help" or "--version";

    private IEnumerable<Option> Common(Command command) => tree.Root.Options.Where(o => command is RootCommand || o.Name is not "--version");

    private static void Section(StringBuilder text, string title, IEnumerable<(string Left, string Right)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        text.Append('\n').Append(title).Append(":\n");
        var column = Math.Min(MaxColumn, all.Max(r => r.Left.Length)) + 4;
        foreach (var (left, right) in all)
        {
            text.Append("  ").Append(left);
            if (left.Length + 4 > column)
                text.Append('\n').Append(' ', column);
            else
                text.Append(' ', column - left.Length - 2);
            Wrap(text, right, column);
        }
    }

    /// <summary>The first line begins where the text is; the others are indented.</summary>
    private static void Wrap(StringBuilder text, string line, int indent)
    {
        var used = indent;
        foreach (var word in line.Split(' '))
        {
            if (used > indent && used + word.Length > Width)
            {
                text.Length--; // the blank before
                text.Append('\n').Append(' ', indent);
                used = indent;
            }
            text.Append(word).Append(' ');
            used += word.Length + 1;
        }
        text.Length--;
        text.Append('\n');
    }
}
