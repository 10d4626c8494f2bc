using System.CommandLine;
using System.Globalization;
using System.Text;

namespace AgentKeys.Cli;

/// <summary><c>docs/cli.md</c>: the help of every command, in one page.</summary>
internal static class Reference
{
    public static string Markdown(CliTree tree)
    {
        var help = new HelpText(tree);
        var page = new StringBuilder("""
            # agentkeys, command by command

            Made from the program's own help; `./scripts/cli-docs` writes it anew, and a test compares. What `--json` prints is in [cli-json.md](cli-json.md).

            ## Exit codes

            | code | when |
            |---|---|

            """);
        foreach (var (code, meaning) in ExitCode.All)
            page.Append(CultureInfo.InvariantCulture, $"| {code} | {meaning} |\n");
        page.Append("\n## Commands\n\n");
        foreach (var command in Leaves(tree.Root))
            page.Append(CultureInfo.InvariantCulture, $"- [{HelpText.Path(command)}](#{HelpText.Path(command).Replace(' ', '-')}): {HelpText.Summary(command)}\n");
        Append(page, help, tree.Root);
        foreach (var command in Leaves(tree.Root))
            Append(page, help, command);
        return page.ToString();
    }

    /// <summary>Commands that do something, in the order of the help.</summary>
    public static IEnumerable<Command> Leaves(Command command) =>
        command.Hidden ? [] : command.Subcommands.Count == 0 ? [command] : (command.Action is null ? Enumerable.Empty<Command>() : [command]).Concat(command.Subcommands.SelectMany(Leaves));

    private static void Append(StringBuilder page, HelpText help, Command command) =>
        page.Append(CultureInfo.InvariantCulture, $"\n## {HelpText.Path(command)}\n\n```text\n{help.Of(command)}```\n");
}
