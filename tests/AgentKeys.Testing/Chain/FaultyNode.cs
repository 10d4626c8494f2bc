using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentKeys.Testing.Chain;

/// <summary>What a <see cref="FaultyNode"/> does with one request.</summary>
/// <param name="Raw">The bytes it sends; null: none.</param>
/// <param name="Hang">Keeps the connection open afterwards instead of closing it.</param>
public sealed record NodeReply(byte[]? Raw, bool Hang = false)
{
    /// <summary>Accepts the request and never answers.</summary>
    public static NodeReply Silence { get; } = new(null, Hang: true);

    /// <summary>Closes the connection without a byte.</summary>
    public static NodeReply HangUp { get; } = new((byte[]?)null);

    /// <summary>An HTTP answer with this body.</summary>
    public static NodeReply Http(int status, string body) =>
        new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}")));

    /// <summary>An answer that announces more than it sends, then closes or hangs.</summary>
    public static NodeReply Cut(string body, int announced, bool hang) =>
        new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {announced}\r\n\r\n{body}")), hang);

    /// <summary>A body of unannounced length.</summary>
    public static NodeReply Unannounced(string body) =>
        new(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body));
}

/// <summary>A JSON-RPC node that answers each request as the test says. One request per connection.</summary>
public sealed class FaultyNode : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, string, NodeReply> _reply;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _loop;

    /// <param name="reply">Number of the request (from 1) and its body, to what happens.</param>
    public FaultyNode(Func<int, string, NodeReply> reply)
    {
        _reply = reply;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Url => new("http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bodies of the requests so far.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var body = await ReadBodyAsync(stream);
                _requests.Enqueue(body);
                var reply = _reply(_requests.Count, body);
                if (reply.Raw is not null)
                    await stream.WriteAsync(reply.Raw, _stop.Token);
                if (reply.Hang)
                    await Task.Delay(Timeout.Infinite, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client gave up, or the test ended: both are what tests here are about.
            }
        }
    }

    private async Task<string> ReadBodyAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                throw new IOException("closed");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var header = request.Split("\r\n").First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            if (request.Length - end - 4 >= int.Parse(header["Content-Length:".Length..], CultureInfo.InvariantCulture))
                return request[(end + 4)..];
        }
    }
}
