using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>Bytes to a service as no well-behaved client sends them.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);
    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(EndPoint to)
    {
        var unix = to is UnixDomainSocketEndPoint;
        var socket = new Socket(to.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await socket.ConnectAsync(to);
        return new RawConnection(socket);
    }

    /// <summary>False once the other end is gone.</summary>
    public async Task<bool> TrySendAsync(string latin1)
    {
        try
        {
            await _socket.SendAsync(Encoding.Latin1.GetBytes(latin1), SocketFlags.None);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Everything that comes until the other end closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(s_longest);
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token)) > 0)
            {
                if (text.Length == 0)
                    _socket.Shutdown(SocketShutdown.Send); // else the other end waits a while for the rest of a body that it has refused
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // closed with something of ours unread: as good as closed
        }
        catch (OperationCanceledException)
        {
            return $"still open after {s_longest}: {text}";
        }
        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
