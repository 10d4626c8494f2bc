using System.Net;
using System.Net.Sockets;

namespace AgentKeys.Broker.Login;

/// <summary>
/// Requests per client and minute on the routes that need no session. A client is an IPv4 address or an IPv6 /64. Behind a proxy all
/// clients are one: then the proxy limits, and this is the limit of them all.
/// </summary>
internal sealed class ClientLimit(int perMinute, TimeProvider clock)
{
    private const int Window = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _window;

    /// <summary>Null, or the whole seconds until this client may ask again.</summary>
    public int? Count(IPAddress? client)
    {
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            if (seconds / Window != _window)
            {
                // A fixed window: everything is forgotten at once, so memory is bounded by one minute's clients.
                _counts.Clear();
                _window = seconds / Window;
            }
            var key = Key(client);
            var count = _counts.GetValueOrDefault(key);
            if (count >= perMinute)
                return Window - (int)(seconds % Window);
            _counts[key] = count + 1;
            return null;
        }
    }

    private static string Key(IPAddress? client)
    {
        if (client is null)
            return "";
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
