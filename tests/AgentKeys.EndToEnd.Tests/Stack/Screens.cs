using AgentKeys.Testing.Processes;
using Xunit.Abstractions;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>What a person sees, kept as text under <c>.cache/screenshots</c> of the clone.</summary>
internal sealed class Screens(ITestOutputHelper output)
{
    private static readonly string s_folder = Path.Combine(Programs.OfThisBuild().Root, ".cache", "screenshots");

    public async Task KeepAsync(string name, string text)
    {
        Directory.CreateDirectory(s_folder);
        var path = Path.Combine(s_folder, name + ".txt");
        await File.WriteAllTextAsync(path, text);
        output.WriteLine(path);
    }

    /// <summary>Command, what it printed, what it said, how it ended.</summary>
    public static string Of(string command, CommandResult result) => $"$ {command}\n{result.Output}{result.Error}[exit {result.ExitCode}]\n\n";
}
