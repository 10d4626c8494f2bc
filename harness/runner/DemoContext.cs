namespace AgentKeys.Demo;

/// <summary>Where things are: the clone, the demo's own git-ignored state folder, and the running stack.</summary>
internal sealed class DemoContext(string root, DemoOptions options) : IAsyncDisposable
{
    public DemoOptions Options => options;
    public string Root => root;
    public string State => Path.Combine(root, ".agentkeys", "demo");
    public string OperatorHome => Path.Combine(State, "operator");
    public string AgentHome => Path.Combine(State, "agent");
    public string StrangerHome => Path.Combine(State, "stranger");
    public string DevState => Path.Combine(State, "dev");

    public DevStack? Stack { get; set; }

    /// <summary>The operator's machine: its own home and its own passkey.</summary>
    public AgentKeysCli Operator => new(this, OperatorHome);

    /// <summary>The agent's machine: a device key alone.</summary>
    public AgentKeysCli Agent => new(this, AgentHome);

    /// <summary>A built program of this repository, by its project folder and assembly name.</summary>
    public string Built(string projectFolder, string assembly) =>
        Path.Combine(root, projectFolder, "bin", "Release", "net10.0", assembly + ".dll");

    public async ValueTask DisposeAsync()
    {
        if (Stack is not null)
            await Stack.DisposeAsync();
    }
}
