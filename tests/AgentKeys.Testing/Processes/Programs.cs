namespace AgentKeys.Testing.Processes;

/// <summary>The built programs of this clone, in one configuration.</summary>
public sealed class Programs
{
    private readonly string _configuration;

    private Programs(string root, string configuration) => (Root, _configuration) = (root, configuration);

    /// <summary>The clone.</summary>
    public string Root { get; }

    public string Cli => Built("src/AgentKeys.Cli", "agentkeys");

    public string Broker => Built("src/AgentKeys.Broker", "AgentKeys.Broker");

    public string Signer => Built("src/AgentKeys.Signer", "AgentKeys.Signer");

    public string Worker => Built("src/AgentKeys.Worker", "AgentKeys.Worker");

    /// <summary>The programs that were built with the running one: found from its own folder, in its own configuration.</summary>
    public static Programs OfThisBuild()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.Parent!.Name; // …/bin/<configuration>/net10.0
        while (!File.Exists(Path.Combine(folder.FullName, "Chain.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside a clone of the repository.");
        return new Programs(folder.FullName, configuration);
    }

    public string Built(string projectFolder, string assembly) =>
        Path.Combine(Root, projectFolder, "bin", _configuration, "net10.0", assembly + ".dll");
}
