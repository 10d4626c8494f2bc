using System.CommandLine;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys reference</c>, not shown in help: the committed pages that are made from the tree of commands.</summary>
internal static class ReferenceCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var page = new Argument<string>("page") { Description = "markdown: docs/cli.md; help: what `agentkeys --help` prints.", HelpName = "PAGE" };
        var command = new CliCommand("reference", "Print a page that is made from the commands, for ./scripts/cli-docs.", "agentkeys reference markdown > docs/cli.md") { Hidden = true };
        return tree.Leaf(command, (context, _) => Task.FromResult(Print(context, tree, context.Get(page))), page);
    }

    private static int Print(CommandContext context, CliTree tree, string page)
    {
        context.Output.WriteBytes(System.Text.Encoding.UTF8.GetBytes(page switch
        {
            "markdown" => Reference.Markdown(tree),
            "help" => new HelpText(tree).Of(tree.Root),
            _ => throw CliException.Usage("PAGE is markdown or help."),
        }));
        return ExitCode.Ok;
    }
}
