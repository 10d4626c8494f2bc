using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>Set-up: what must be on the machine, what is unpacked inside the clone, what is built.</summary>
internal static class Tools
{
    public static async Task<string> CheckAsync(DemoContext context, CancellationToken ct)
    {
        var setup = await Command.RunAsync("bash", ["scripts/setup"], context.Root, ct, deadline: TimeSpan.FromMinutes(5));
        if (setup.ExitCode != 0)
            throw new UnexpectedOutcomeException(setup.Tail);
        return await VersionsAsync(context, ct);
    }

    public static async Task<string> VersionsAsync(DemoContext context, CancellationToken ct)
    {
        var dotnet = await VersionAsync(context, "dotnet", ct);
        var node = await VersionAsync(context, "node", ct);
        var bin = Path.Combine(context.Root, "contracts", "node_modules", ".bin");
        var anvil = await VersionAsync(context, File.Exists(Path.Combine(bin, "anvil")) ? Path.Combine(bin, "anvil") : "anvil", ct);
        return $".NET {dotnet}, Node.js {node}, anvil {anvil}";
    }

    public static async Task<string> BuildAsync(DemoContext context, CancellationToken ct)
    {
        string[] projects = ["src/AgentKeys.Cli", "src/AgentKeys.Broker", "src/AgentKeys.Signer", "src/AgentKeys.Worker", "harness/passkey"];
        foreach (var project in context.Options.SkipBuild ? [] : projects)
        {
            var build = await Command.RunAsync(
                "dotnet", ["build", project, "-c", "Release", "-v", "quiet", "--nologo"], context.Root, ct, deadline: TimeSpan.FromMinutes(10));
            if (build.ExitCode != 0)
                throw new UnexpectedOutcomeException(build.Tail);
        }
        var programs = context.Programs;
        var missing = new[] { programs.Cli, programs.Broker, programs.Signer, programs.Worker }.FirstOrDefault(p => !File.Exists(p));
        return missing is null
            ? "agentkeys, broker, signer, worker"
            : throw new UnexpectedOutcomeException($"{Path.GetFileName(missing)} is not built: run without --skip-build");
    }

    private static async Task<string> VersionAsync(DemoContext context, string tool, CancellationToken ct)
    {
        var result = await Command.RunAsync(tool, ["--version"], context.Root, ct);
        var first = result.Output.Split('\n')[0].Trim();
        return first.Split(' ', '-').FirstOrDefault(w => w.Length > 0 && (char.IsAsciiDigit(w[0]) || (w[0] == 'v' && w.Length > 1 && char.IsAsciiDigit(w[1]))))?.TrimStart('v')
            ?? throw new UnexpectedOutcomeException($"{tool} --version said nothing useful");
    }
}
