using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>Finds the network description: <c>--network FILE</c>, AGENTKEYS_NETWORK, the home's <c>network.json</c>, <c>./.agentkeys/dev/network.json</c>.</summary>
internal static class NetworkFiles
{
    public static NetworkDescription Load(string? option, AgentKeysHome home, CliEdges edges)
    {
        var path = Find(option, home, edges)
            ?? throw CliException.Failure("No network description was found.", "start one with `agentkeys dev`, or pass --network FILE");
        try
        {
            return NetworkDescription.Load(path);
        }
        catch (NetworkDescriptionException e)
        {
            throw CliException.Failure(e.Message, "`agentkeys dev` writes one; --network FILE names another", e);
        }
    }

    /// <summary>The services' settings of a dev stack, which lie beside its network description.</summary>
    public static string? FindDevConfig(string? option, AgentKeysHome home, CliEdges edges) =>
        Candidates(option, home, edges).Select(network => Path.Combine(Path.GetDirectoryName(network)!, DevFolder.ConfigName)).FirstOrDefault(File.Exists);

    /// <summary>A file that was named is used even if it is missing: the error then says so.</summary>
    private static string? Find(string? option, AgentKeysHome home, CliEdges edges) =>
        Candidates(option, home, edges) is [var named] ? named : Candidates(option, home, edges).FirstOrDefault(File.Exists);

    private static string[] Candidates(string? option, AgentKeysHome home, CliEdges edges)
    {
        var named = option ?? edges.Environment("AGENTKEYS_NETWORK");
        return string.IsNullOrEmpty(named)
            ? [home.NetworkPath, Path.Combine(edges.WorkingDirectory, ".agentkeys", "dev", "network.json")]
            : [Path.GetFullPath(named, edges.WorkingDirectory)];
    }
}
