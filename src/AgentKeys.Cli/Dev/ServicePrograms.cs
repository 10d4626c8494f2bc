namespace AgentKeys.Cli;

/// <summary>Finds the programs that a stack runs: services beside this program or in the repository's build output, anvil in the repository or on PATH.</summary>
internal sealed class ServicePrograms(string workingDirectory)
{
    private static string Base => AppContext.BaseDirectory;

    /// <summary>The repository this program was built in, else the one it was called in; null: neither.</summary>
    public string? Repository { get; } = FindRepository(Base) ?? FindRepository(workingDirectory);

    /// <summary>Program and first arguments of a service: <c>AgentKeys.Broker</c>.</summary>
    public IReadOnlyList<string> Service(string name)
    {
        var beside = Path.Combine(Base, "services", name);
        if (File.Exists(Path.Combine(beside, name)))
            return [Path.Combine(beside, name)];
        var built = Built(name);
        var library = new[] { Path.Combine(beside, name + ".dll"), built }.FirstOrDefault(File.Exists);
        return library is not null
            ? [DotNet(), library]
            : throw CliException.Failure($"{name} was not found.", Repository is null ? "it belongs in services/ beside this program" : "build it: dotnet build Chain.sln");
    }

    public string Anvil()
    {
        var own = Repository is null ? null : Path.Combine(Repository, "contracts", "node_modules", ".bin", "anvil");
        return own is not null && File.Exists(own) ? own : ChildProcess.FindOnPath("anvil")
            ?? throw CliException.Failure("anvil, the development chain, was not found.", Repository is null ? "install Foundry, or put anvil on PATH" : "run ./scripts/setup");
    }

    /// <summary>How to call this program from a shell.</summary>
    public static string Self() => Path.Combine(Base, "agentkeys") is var host && File.Exists(host) ? host : $"dotnet {Path.Combine(Base, "agentkeys.dll")}";

    /// <summary><c>src/NAME/bin/CONFIGURATION/FRAMEWORK/NAME.dll</c>, with the configuration and framework of this program.</summary>
    private string? Built(string name)
    {
        var framework = new DirectoryInfo(Base);
        return Repository is null || framework.Parent is null
            ? null
            : Path.Combine(Repository, "src", name, "bin", framework.Parent.Name, framework.Name, name + ".dll");
    }

    private static string DotNet() =>
        Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    private static string? FindRepository(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Chain.sln")))
                return folder.FullName;
        }
        return null;
    }
}
