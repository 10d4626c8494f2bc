using System.Text.RegularExpressions;

namespace AgentKeys.EndToEnd.Tests.Documents;

/// <summary>A fenced <c>sh</c> block of a document, with the word behind <c>sh</c>.</summary>
/// <param name="Kind">empty: it must succeed; <c>setup</c>: the test command's own first steps; <c>background</c>: it stays; <c>refused</c>: exit code 3.</param>
/// <param name="Line">of its first command, from 1.</param>
internal sealed partial record ShellBlock(string Kind, string Text, int Line)
{
    public static IReadOnlyList<ShellBlock> Of(string document) =>
        [.. Fence().Matches(document).Select(m => new ShellBlock(m.Groups[1].Value, m.Groups[2].Value, document.AsSpan(0, m.Groups[2].Index).Count('\n') + 1))];

    [GeneratedRegex(@"^```sh *(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
