using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AgentKeys.Cli;

/// <summary>What builds and the dev stack need. Only inside the repository: elsewhere none of it is missing.</summary>
internal static class ToolChecks
{
    private const int MinNode = 20;
    private const string NodeToDo = "install Node.js 20 or newer; only the contracts' builds and `agentkeys dev` need it";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> LookAsync(CliEdges edges, CancellationToken cancel)
    {
        var findings = new List<Finding> { Finding.Ok("dotnet", RuntimeInformation.FrameworkDescription) };
        var programs = new ServicePrograms(edges.WorkingDirectory);
        if (programs.Repository is not { } repository)
            return findings;
        findings.Add(await SdkAsync(edges, repository, cancel));
        findings.Add(await NodeAsync(edges, cancel));
        findings.Add(ContractTools(repository));
        findings.Add(Anvil(programs));
        return findings;
    }

    /// <summary>As <c>global.json</c> rolls forward: this feature band or a newer one of the same major and minor.</summary>
    /// <param name="printed">by <c>dotnet --version</c>; null: it says nothing.</param>
    /// <param name="wanted">of <c>global.json</c>.</param>
    internal static Finding Sdk(string? printed, Version wanted)
    {
        var toDo = $"install the .NET SDK {wanted} or newer of {wanted.Major}.{wanted.Minor}; only builds need it";
        if (printed is null)
            return Finding.Warn("sdk", "no .NET SDK fits global.json", toDo);
        return Version.TryParse(printed.Trim().Split('-')[0], out var found) && (found.Major, found.Minor) == (wanted.Major, wanted.Minor) && found >= wanted
            ? Finding.Ok("sdk", $".NET SDK {found}")
            : Finding.Warn("sdk", $"the .NET SDK is {printed.Trim()}", toDo);
    }

    /// <param name="printed">by <c>node --version</c>; null: there is no node.</param>
    internal static Finding Node(string? printed)
    {
        if (printed is null)
            return Finding.Warn("node", "Node.js is not on PATH", NodeToDo);
        var version = printed.Trim();
        return int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= MinNode
            ? Finding.Ok("node", $"Node.js {version}")
            : Finding.Warn("node", $"Node.js {version} is too old", NodeToDo);
    }

    /// <param name="wanted">the committed lock file.</param>
    /// <param name="installed">the one that <c>./scripts/setup</c> installed by.</param>
    internal static Finding ContractTools(string wanted, string installed)
    {
        if (!File.Exists(wanted))
            return Finding.Fail("contract-tools", $"{wanted} is missing", "is the clone whole? git status");
        if (!File.Exists(installed))
            return Finding.Warn("contract-tools", "forge, anvil and solc are not installed", "./scripts/setup");
        return File.ReadAllBytes(wanted).AsSpan().SequenceEqual(File.ReadAllBytes(installed))
            ? Finding.Ok("contract-tools", "as contracts/package-lock.json says")
            : Finding.Warn("contract-tools", "others than contracts/package-lock.json says", "./scripts/setup");
    }

    private static Finding ContractTools(string repository) =>
        ContractTools(Path.Combine(repository, "contracts", "package-lock.json"), Path.Combine(repository, "contracts", "node_modules", ".installed-lock"));

    private static async Task<Finding> SdkAsync(CliEdges edges, string repository, CancellationToken cancel)
    {
        using var pinned = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(repository, "global.json")));
        var wanted = Version.Parse(pinned.RootElement.GetProperty("sdk").GetProperty("version").GetString()!);
        return Sdk(await VersionAsync("dotnet", edges, repository, cancel), wanted);
    }

    private static async Task<Finding> NodeAsync(CliEdges edges, CancellationToken cancel) => Node(await VersionAsync("node", edges, Path.GetTempPath(), cancel));

    /// <summary>Null: there is no such program, or it says nothing.</summary>
    private static async Task<string?> VersionAsync(string program, CliEdges edges, string folder, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        try
        {
            return ChildProcess.FindOnPath(program, edges.Environment("PATH")) is { } path && await ChildProcess.CaptureAsync([path, "--version"], folder, limit.Token) is { ExitCode: 0 } said ? said.Output : null;
        }
        catch (Exception e) when (e is Win32Exception || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    private static Finding Anvil(ServicePrograms programs)
    {
        try
        {
            return Finding.Ok("anvil", programs.Anvil());
        }
        catch (CliException e)
        {
            return Finding.Warn("anvil", e.Message, e.Hint ?? "./scripts/setup");
        }
    }
}
