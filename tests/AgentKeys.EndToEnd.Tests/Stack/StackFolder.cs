using AgentKeys.Testing.Processes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A folder of its own inside the clone's cache for one stack and the homes of those who use it.</summary>
internal sealed class StackFolder : IDisposable
{
    public StackFolder(string name)
    {
        Path = System.IO.Path.Combine(Programs.Root, ".cache", "e2e", name);
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        Directory.CreateDirectory(Path);
    }

    /// <summary>All of a test that otherwise does a sample.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("AGENTKEYS_LONG") == "1";

    public Programs Programs { get; } = Programs.OfThisBuild();

    public string Path { get; }

    public string DevState => System.IO.Path.Combine(Path, "dev");

    public Task<DevStack> StartAsync(CancellationToken ct) => DevStack.StartAsync(Programs, DevState, ct);

    /// <summary>A machine with a passkey of its own.</summary>
    public AgentKeysCli Person(string name) =>
        new(Programs, System.IO.Path.Combine(Path, name), DevState, SoftwarePasskeyBrowser.Install(Programs, System.IO.Path.Combine(Path, name + "-browser")));

    /// <summary>A machine where nobody could touch a passkey.</summary>
    public AgentKeysCli Machine(string name) => new(Programs, System.IO.Path.Combine(Path, name), DevState, null);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
