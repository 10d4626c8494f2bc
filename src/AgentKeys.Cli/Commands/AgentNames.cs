using System.CommandLine;
using System.CommandLine.Completions;

namespace AgentKeys.Cli;

/// <summary>Completes the names of this home's agents wherever a command takes one.</summary>
internal static class AgentNames
{
    private const string Option = "--agent";
    private const string Argument = "name";
    private static readonly HashSet<string> s_takesOne = ["agent revoke", "scope set", "scope show", "scope revoke"];

    public static void AddTo(CliTree tree)
    {
        foreach (var command in Reference.Leaves(tree.Root))
        {
            foreach (var option in command.Options.OfType<Option<string?>>().Where(o => o.Name == Option))
                option.CompletionSources.Add(context => Complete(tree, context));
            if (s_takesOne.Contains(HelpText.Path(command)["agentkeys ".Length..]))
                command.Arguments.First(a => a.Name == Argument).CompletionSources.Add(context => Complete(tree, context));
        }
    }

    /// <summary>A Tab never fails: a home that cannot be read has no names.</summary>
    private static IEnumerable<CompletionItem> Complete(CliTree tree, CompletionContext context)
    {
        try
        {
            return AgentKeysHome.Find(context.ParseResult.GetValue(tree.Home), tree.Edges).Agents.Agents.Keys.Select(name => new CompletionItem(name));
        }
        catch (Exception e) when (e is CliException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
