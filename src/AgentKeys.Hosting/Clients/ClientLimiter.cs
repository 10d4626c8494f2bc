using System.Net;
using System.Net.Sockets;

namespace AgentKeys.Hosting;

/// <summary>So many requests a client and minute. A client is an IPv4 address or an IPv6 /64, which one subscriber has to himself.</summary>
public sealed class ClientLimiter(int perMinute, TimeProvider clock)
{
    /// <summary>Clients that are told apart in a minute; beyond them all others are one, so that nobody fills the memory.</summary>
    public const int MaxClients = 65_536;

    private const int Window = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _counts = [];
    private long _window;

    /// <param name="client">null: all that have none are one.</param>
    /// <returns>null, or the whole seconds until this client may ask again.</returns>
    public int? Count(IPAddress? client)
    {
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            if (seconds / Window != _window)
            {
                // A fixed window: everything is forgotten at once.
                _counts.Clear();
                _window = seconds / Window;
            }
            var key = Key(client);
            if (_counts.Count >= MaxClients && !_counts.ContainsKey(key))
                key = UInt128.MaxValue;
            var count = _counts.GetValueOrDefault(key);
            if (count >= perMinute)
                return Window - (int)(seconds % Window);
            _counts[key] = count + 1;
            return null;
        }
    }

    /// <summary>Family and network; no client has the greatest one.</summary>
    private static UInt128 Key(IPAddress? client)
    {
        if (client is null)
            return UInt128.Zero;
        Span<byte> bytes = stackalloc byte[16];
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        address.TryWriteBytes(bytes, out var length);
        ulong network = 0;
        foreach (var b in bytes[..Math.Min(length, 8)])
            network = (network << 8) | b;
        return new UInt128(address.AddressFamily == AddressFamily.InterNetworkV6 ? 2ul : 1ul, network);
    }
}
