using System.Net.Sockets;

namespace AgentKeys.Testing.Wire;

/// <summary>HTTP to a service that listens on a Unix socket.</summary>
public static class UnixSocketHttp
{
    public static HttpClient To(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://signer"),
        Timeout = TimeSpan.FromSeconds(30),
    };
}
