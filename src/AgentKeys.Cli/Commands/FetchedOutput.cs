using System.Text.Json.Nodes;
using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>Where a fetched value goes: a file, a pipe, and a terminal only when a person says so.</summary>
internal static class FetchedOutput
{
    /// <exception cref="CliException">it would be shown on a terminal that nobody meant.</exception>
    public static void ExpectAPlace(CommandContext context, string? file, bool print)
    {
        if (file is null && context.Edges.OutputIsTerminal && !print)
            throw CliException.Usage("A secret is not shown on a terminal.", "pipe it, write it with --out FILE, or say --print");
    }

    public static void Write(CommandContext context, FetchedObject fetched, string? file)
    {
        if (file is not null)
            PrivateFiles.Write(context.PathOf(file), fetched.Value.Span);
        if (context.Output.Json)
            WriteFetched(context, fetched, file);
        else if (file is not null)
            context.Output.Say($"wrote {fetched.Name} to {file}");
        else
            WriteValue(context, fetched);
    }

    private static void WriteFetched(CommandContext context, FetchedObject fetched, string? file)
    {
        var answer = new JsonObject { ["name"] = fetched.Name, ["version"] = fetched.Version, ["block"] = fetched.Block, ["bytes"] = fetched.Value.Length };
        if (file is null)
            answer["value_b64"] = Convert.ToBase64String(fetched.Value.Span); // a pipe was asked for; the string lives as long as this process
        else
            answer["out"] = context.PathOf(file);
        context.Output.WriteJson(answer);
    }

    private static void WriteValue(CommandContext context, FetchedObject fetched)
    {
        context.Output.WriteBytes(fetched.Value.Span);
        if (context.Edges.OutputIsTerminal)
            context.Output.WriteLine("");
    }
}
