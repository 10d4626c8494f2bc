using System.Reflection;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys --version</c> and <c>agentkeys --help</c> alone on the command line, before anything else is loaded. The help is a
/// committed page; a test compares it with what the tree of commands says.
/// </summary>
internal static class QuickAnswers
{
    /// <returns>false: the command line asks for something else.</returns>
    public static bool TryGive(string[] arguments, Stream output)
    {
        switch (arguments)
        {
            case ["--version"]:
                output.Write(System.Text.Encoding.UTF8.GetBytes(Version + "\n"));
                return true;
            case ["--help" or "-h" or "-?"]:
                using (var help = typeof(QuickAnswers).Assembly.GetManifestResourceStream("AgentKeys.Cli.help.txt")!)
                    help.CopyTo(output);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Of the build, with the commit behind a plus where the build knew it.</summary>
    public static string Version => typeof(QuickAnswers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
