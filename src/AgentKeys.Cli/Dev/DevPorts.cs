using System.Net;
using System.Net.Sockets;

namespace AgentKeys.Cli;

/// <summary>Ports of a stack on 127.0.0.1. Chosen once: they are in public URLs, and so in tokens.</summary>
internal sealed record DevPorts(int Chain, int Broker, int Credentials)
{
    private const int PreferredChain = 8545;
    private const int PreferredBroker = 8091;
    private const int PreferredCredentials = 9094;

    /// <summary>The kept ports, or new ones: the usual ones where they are free.</summary>
    public static DevPorts LoadOrChoose(DevFolder folder)
    {
        if (HomeJson.ReadFile(folder.Ports, HomeJson.Default.DevPorts) is { } kept)
            return kept;
        var ports = new DevPorts(Choose(PreferredChain), Choose(PreferredBroker), Choose(PreferredCredentials));
        HomeJson.WriteFile(folder.Ports, ports, HomeJson.Default.DevPorts);
        return ports;
    }

    public Uri ChainUrl => Url(Chain);
    public Uri BrokerUrl => Url(Broker);
    public Uri CredentialsUrl => Url(Credentials);

    /// <exception cref="CliException">somebody else listens on one of them.</exception>
    public void ExpectFree()
    {
        foreach (var port in (int[])[Chain, Broker, Credentials])
        {
            if (!IsFree(port))
                throw CliException.Failure($"Port {port} of this stack is in use by another program.", "stop that program, or start anew with `agentkeys dev --reset`, which chooses other ports");
        }
    }

    private static Uri Url(int port) => new($"http://127.0.0.1:{port}");

    private static int Choose(int preferred) => IsFree(preferred) ? preferred : AnyFree();

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int AnyFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
