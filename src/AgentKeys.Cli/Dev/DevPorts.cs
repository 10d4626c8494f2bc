using System.Net;
using System.Net.Sockets;

namespace AgentKeys.Cli;

/// <summary>Ports of a stack on 127.0.0.1. Chosen once: they are in public URLs, and so in tokens.</summary>
/// <param name="Memory">0 in what an earlier release kept.</param>
internal sealed record DevPorts(int Chain, int Broker, int Credentials, int Memory = 0)
{
    private const int PreferredChain = 8545;
    private const int PreferredBroker = 8091;
    private const int PreferredCredentials = 9094;
    private const int PreferredMemory = 9095;

    public static IReadOnlyList<int> Usual { get; } = [PreferredChain, PreferredBroker, PreferredCredentials, PreferredMemory];

    /// <summary>The kept ports, or new ones: the usual ones where they are free.</summary>
    public static DevPorts LoadOrChoose(DevFolder folder)
    {
        var kept = HomeJson.ReadFile(folder.Ports, HomeJson.Default.DevPorts);
        if (kept is { Memory: > 0 })
            return kept;
        var ports = kept is null
            ? Choose()
            : kept with { Memory = Choose(PreferredMemory, [kept.Chain, kept.Broker, kept.Credentials]) };
        HomeJson.WriteFile(folder.Ports, ports, HomeJson.Default.DevPorts);
        return ports;
    }

    public Uri ChainUrl => Url(Chain);
    public Uri BrokerUrl => Url(Broker);
    public Uri CredentialsUrl => Url(Credentials);
    public Uri MemoryUrl => Url(Memory);

    /// <exception cref="PortTakenException">somebody else listens on one of them.</exception>
    public void ExpectFree()
    {
        foreach (var port in (int[])[Chain, Broker, Credentials, Memory])
        {
            if (!IsFree(port))
                throw new PortTakenException(port);
        }
    }

    private static Uri Url(int port) => new($"http://127.0.0.1:{port}");

    private static DevPorts Choose()
    {
        var chosen = new List<int>();
        foreach (var usual in Usual)
            chosen.Add(Choose(usual, chosen));
        return new DevPorts(chosen[0], chosen[1], chosen[2], chosen[3]);
    }

    /// <param name="others">of the same stack: nobody listens on them yet.</param>
    private static int Choose(int preferred, List<int> others)
    {
        var port = preferred;
        while (!IsFree(port) || others.Contains(port))
            port = AnyFree();
        return port;
    }

    public static bool IsFree(int port)
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
