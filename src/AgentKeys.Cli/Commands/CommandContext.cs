using System.CommandLine;
using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>One run of one command: its options, its home, its network, its output.</summary>
internal sealed class CommandContext(CliTree tree, ParseResult parse)
{
    private NetworkDescription? _network;

    public CliEdges Edges => tree.Edges;
    public CliOutput Output { get; } = tree.OutputOf(parse);
    public AgentKeysHome Home { get; } = AgentKeysHome.Find(parse.GetValue(tree.Home), tree.Edges);
    public NetworkDescription Network => _network ??= NetworkFiles.Load(parse.GetValue(tree.Network), Home, Edges);
    public string? NetworkOption => parse.GetValue(tree.Network);

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => parse.GetRequiredValue(argument);

    /// <summary>The chain of the network; the caller disposes it.</summary>
    public OperatorChain OpenChain()
    {
        Output.Step = "waiting for the chain";
        return OperatorChain.Open(Network);
    }

    /// <summary>An absolute path; relative ones start where the command was called.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Edges.WorkingDirectory);
}
