using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// Another stack that takes a port before ours does: it answers as a development chain and as a service that is ready, and notes what it was asked.
/// </summary>
internal sealed class PortThief : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _serving;

    private PortThief(TcpListener listener)
    {
        _listener = listener;
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Methods of the chain that it was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <returns>null: somebody else has the port already.</returns>
    public static PortThief? Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return new PortThief(listener);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[64 * 1024];
            var said = Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
            if (!said.StartsWith("GET", StringComparison.Ordinal) && !said.Contains('{', StringComparison.Ordinal))
                said += Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer)); // the body by itself
            var body = Encoding.ASCII.GetBytes(said.StartsWith("GET", StringComparison.Ordinal) ? """{"status":"ready","role":"broker","checks":[]}""" : Chain(said[said.IndexOf('{', StringComparison.Ordinal)..]));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
            await client.GetStream().WriteAsync(body);
        }
    }

    private string Chain(string request)
    {
        var asked = JsonNode.Parse(request)!;
        Asked.Enqueue(asked["method"]!.GetValue<string>());
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = asked["id"]!.DeepClone(), ["result"] = "0x7a69" }.ToJsonString();
    }
}
