using System.Net.Sockets;

namespace AgentKeys.Worker;

/// <summary>HTTP over the signer's Unix socket. The host name in the URL means nothing.</summary>
internal static class SignerSocket
{
    public static HttpClient CreateClient(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null, // ours is the span and ours the header
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        // The deadline of a call is the caller's, on an injected clock.
        return new HttpClient(handler) { BaseAddress = new Uri("http://signer"), Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
