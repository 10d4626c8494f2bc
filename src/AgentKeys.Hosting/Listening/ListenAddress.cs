using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentKeys.Hosting;

/// <summary>A TCP address to listen on, as settings name it: <c>http://127.0.0.1:8091</c>, <c>http://localhost:8091</c>, <c>http://*:8091</c>.</summary>
/// <remarks>TLS ends in front of a service: keys and certificates of a web server are not for a process that holds others.</remarks>
public sealed record ListenAddress
{
    /// <summary>What a setting must be.</summary>
    public const string Expectation = "http://HOST:PORT with an IP address, localhost or * (every address) as HOST; TLS ends at the proxy in front";

    private readonly string _host;
    private readonly int _port;

    private ListenAddress(string host, int port) => (_host, _port) = (host, port);

    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        const string Scheme = "http://";
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var colon = text.LastIndexOf(':');
        if (colon <= Scheme.Length || !ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port))
            return false;
        var host = text[Scheme.Length..colon];
        // Of the names only localhost: another one would be asked of somebody at start.
        if (host is not ("localhost" or "*") && !TryParseIp(host, out _))
            return false;
        address = new ListenAddress(host, port);
        return true;
    }

    internal void AddTo(KestrelServerOptions kestrel, Action<ListenOptions> configure)
    {
        if (_host == "*")
            kestrel.ListenAnyIP(_port, configure);
        else if (_host == "localhost")
            kestrel.ListenLocalhost(_port, configure);
        else if (TryParseIp(_host, out var ip))
            kestrel.Listen(ip, _port, configure);
    }

    /// <summary>An IPv6 address in brackets, as URLs have it.</summary>
    private static bool TryParseIp(string host, [NotNullWhen(true)] out IPAddress? ip)
    {
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        return IPAddress.TryParse(bracketed ? host[1..^1] : host, out ip) && bracketed == (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
    }
}
