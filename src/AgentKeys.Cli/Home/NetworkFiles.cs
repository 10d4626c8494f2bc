using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>
/// Finds the network description: <c>--network FILE</c>, AGENTKEYS_NETWORK, the home's <c>network.json</c>, <c>./.agentkeys/dev/network.json</c>.
/// The last one nobody chose: whoever made the folder we stand in may have put it there to receive our secrets, so it may name this
/// machine only.
/// </summary>
internal static class NetworkFiles
{
    public static NetworkDescription Load(string? option, AgentKeysHome home, CliEdges edges)
    {
        var (path, chosen) = Find(option, home, edges)
            ?? throw CliException.Failure("No network description was found.", "start one with `agentkeys dev`, or pass --network FILE");
        try
        {
            var network = NetworkDescription.Load(path);
            return chosen || IsThisMachine(network)
                ? network
                : throw CliException.Failure($"{path} sends secrets to another machine, and it was found only because you are here.", $"if you trust it: --network {path}");
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
    private static (string Path, bool Chosen)? Find(string? option, AgentKeysHome home, CliEdges edges)
    {
        var named = IsNamed(option, edges);
        var found = Candidates(option, home, edges).FirstOrDefault(path => named || File.Exists(path));
        return found is null ? null : (found, named || found == home.NetworkPath);
    }

    private static bool IsNamed(string? option, CliEdges edges) => !string.IsNullOrEmpty(option ?? edges.Environment("AGENTKEYS_NETWORK"));

    private static string[] Candidates(string? option, AgentKeysHome home, CliEdges edges) => IsNamed(option, edges)
        ? [Path.GetFullPath(option ?? edges.Environment("AGENTKEYS_NETWORK")!, edges.WorkingDirectory)]
        : [home.NetworkPath, Path.Combine(edges.WorkingDirectory, ".agentkeys", "dev", "network.json")];

    private static bool IsThisMachine(NetworkDescription network) =>
        network.Workers.Values.Concat(network.RpcUrls).Append(network.Broker).All(url => url.IsLoopback);
}
