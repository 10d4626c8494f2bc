using System.Net;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>
/// Which address a request comes from. Whoever connects is the client, unless it is a trusted proxy: then the one that it names, and so
/// on from right to left, to the first that is not a trusted proxy. What stands further left its client wrote itself.
/// </summary>
public sealed class ClientAddresses(ClientOptions options)
{
    /// <summary>Longer chains of proxies are nobody's.</summary>
    private const int MaxHops = 16;

    private readonly IPNetwork[] _trusted = [.. options.TrustedProxies.Select(p => ClientOptions.TryParse(p, out var network) ? network : default)];

    /// <returns>null for a connection without an address: a Unix socket.</returns>
    public IPAddress? Of(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } peer)
            return null;
        var client = Plain(peer);
        if (_trusted.Length == 0)
            return client;
        var hops = Hops(http.Request.Headers[options.ForwardedHeader].ToString());
        for (var i = 0; i < Math.Min(hops.Count, MaxHops) && IsTrusted(client) && hops[i] is { } named; i++)
            client = Plain(named);
        return client;
    }

    private bool IsTrusted(IPAddress address) => _trusted.Any(network => network.Contains(address));

    /// <summary>From right to left; null where an entry is no address, which ends the walk at the proxy that wrote it.</summary>
    private List<IPAddress?> Hops(string header) =>
        [.. header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse().Take(MaxHops).Select(entry => Parse(options.ForwardedHeader == ClientOptions.Forwarded ? ForOf(entry) : entry))];

    /// <summary>The node of RFC 7239's <c>for</c>, without quotes; <c>unknown</c> and hidden names are no addresses.</summary>
    private static string? ForOf(string entry) =>
        entry.Split(';', StringSplitOptions.TrimEntries).Where(pair => pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase)).ToList() is [var one] ? one[4..].Trim('"') : null;

    /// <summary>An address, with a port or without: <c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>, <c>2001:db8::1</c>.</summary>
    private static IPAddress? Parse(string? text) =>
        IPAddress.TryParse(text, out var address) ? address : IPEndPoint.TryParse(text ?? "", out var endpoint) ? endpoint.Address : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
