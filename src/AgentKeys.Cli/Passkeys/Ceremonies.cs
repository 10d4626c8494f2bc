using System.CommandLine;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>Runs ceremonies for a command: serves the page, says where it is, opens the browser.</summary>
internal static class Ceremonies
{
    public static Option<bool> NoBrowserOption() => new("--no-browser") { Description = "Only print the page's address; open it yourself, on this machine." };

    /// <summary>What can be wrong before a browser is asked; the verifier that judges its answers.</summary>
    /// <exception cref="CliException">
    /// the profile is not a dev chain's: passkeys of localhost are enrolled and used there only. Or the chosen verifier is none.
    /// </exception>
    public static IPasskeyVerifier Prepare(CommandContext context, ChainProfile profile)
    {
        if (!profile.Dev)
            throw CliException.Failure($"Passkeys of localhost count on dev chains only, and {profile.Name} is none.", "this version makes operators on dev chains");
        return CeremonyVerifier.Choose(context.Edges.Environment(CeremonyVerifier.Variable), CeremonyVerifier.Compiled);
    }

    public static async Task RunAsync(CommandContext context, ChainProfile profile, Ceremony first, bool openBrowser, CancellationToken cancel)
    {
        var verifier = Prepare(context, profile);
        var step = context.Output.Step;
        context.Output.Step = null; // a person is waited for, and told where
        await using var server = await CeremonyServer.StartAsync(context.Edges.Time, verifier, cancel);
        if (verifier != CeremonyVerifier.BuiltIn)
            context.Output.Say($"what the browser answers is verified by {verifier.Name} too");
        await server.RunAsync(first, url => Show(context, url, openBrowser), cancel);
        context.Output.Step = step;
    }

    private static void Show(CommandContext context, Uri url, bool openBrowser)
    {
        context.Output.Say("your passkey is asked for at");
        context.Output.Block($"  {url}");
        if (openBrowser && !BrowserLauncher.TryOpen(url, context.Edges.Environment("BROWSER")))
            context.Output.Say("no browser could be opened: open the address above on this machine");
    }
}
