using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Hosting;

/// <summary>sd_notify(3): one datagram to the socket that systemd names in <c>NOTIFY_SOCKET</c>. Without that variable nothing is sent.</summary>
internal sealed partial class SystemdNotify(ILogger<SystemdNotify> logger)
{
    private readonly string? _socket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");

    /// <summary>Within this systemd wants to hear from us; null: it does not ask, or not this process.</summary>
    public TimeSpan? WatchdogPeriod { get; } = ReadWatchdog();

    /// <summary>Never throws: that nobody listens is not the service's trouble.</summary>
    public void Send(string state)
    {
        if (string.IsNullOrEmpty(_socket))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A name that begins with @ is one of the abstract namespace, which begins with a zero byte.
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(_socket[0] == '@' ? '\0' + _socket[1..] : _socket));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            NotHeard(logger, state, e.GetType().Name);
        }
    }

    private static TimeSpan? ReadWatchdog()
    {
        var asked = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        var pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        var us = string.IsNullOrEmpty(pid) || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return asked && us ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    [LoggerMessage(120, LogLevel.Warning, "systemd did not hear {State}: {Reason}")]
    private static partial void NotHeard(ILogger logger, string state, string reason);
}
