namespace AgentKeys.Cli;

/// <summary>Another program listens on a port of the stack. Ports that nothing depends on yet are chosen anew.</summary>
internal sealed class PortTakenException(int port) : Exception($"Port {port} of this stack is in use by another program.")
{
    public int Port { get; } = port;

    /// <summary>For a person, where the ports have to stay: they are in public URLs, and so in tokens.</summary>
    public CliException Told() =>
        CliException.Failure(Message, "stop that program, or start anew with `agentkeys dev --reset`, which chooses other ports", this);
}
