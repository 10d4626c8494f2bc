using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>Where things are: the clone, the demo's own git-ignored state folder, and the running stack.</summary>
internal sealed class DemoContext(Programs programs, DemoOptions options) : IAsyncDisposable
{
    public DemoOptions Options => options;
    public Programs Programs => programs;
    public string Root => programs.Root;
    public string State => Path.Combine(Root, ".agentkeys", "demo");
    public string DevState => Path.Combine(State, "dev");

    public DevStack? Stack { get; set; }

    /// <summary>Who attacks what, once the attacks have begun.</summary>
    public Attacks.Scene? Scene { get; set; }

    /// <summary>What this run runs on, as the running stack says it; printed once, when it is known.</summary>
    public IReadOnlyList<string> Header { get; set; } = [];

    /// <summary>The operator's machine: its own home and its own passkey.</summary>
    public AgentKeysCli Operator => new(programs, Path.Combine(State, "operator"), DevState, Path.Combine(State, "passkey"));

    /// <summary>The agent's machine: a device key alone.</summary>
    public AgentKeysCli Agent => new(programs, Path.Combine(State, "agent"), DevState, null);

    public AgentKeysCli SecondAgent => new(programs, Path.Combine(State, "agent-2"), DevState, null);

    /// <summary>An operator of another house, with a passkey of their own.</summary>
    public AgentKeysCli Stranger => new(programs, Path.Combine(State, "stranger"), DevState, Path.Combine(StrangerBrowser, "passkey"));

    public string StrangerBrowser => Path.Combine(State, "stranger-browser");

    public async ValueTask DisposeAsync()
    {
        if (Scene is not null)
            await Scene.DisposeAsync();
        if (Stack is not null)
            await Stack.DisposeAsync();
    }
}
