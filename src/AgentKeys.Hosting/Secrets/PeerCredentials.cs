using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>Who is at the other end of a Unix socket, as the kernel says. On anything else: nobody.</summary>
public static class PeerCredentials
{
    /// <summary>False for TCP, where the call itself would succeed with uid -1, and wherever the kernel does not answer.</summary>
    public static bool TryGetUid(HttpContext context, out uint uid)
    {
        uid = uint.MaxValue;
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || socket.AddressFamily != AddressFamily.Unix)
            return false;
        try
        {
            return OperatingSystem.IsMacOS() ? TryGetMac(socket, out uid) : TryGetLinux(socket, out uid);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>SOL_SOCKET, SO_PEERCRED: struct ucred { pid, uid, gid }.</summary>
    private static bool TryGetLinux(Socket socket, out uint uid)
    {
        Span<byte> credentials = stackalloc byte[12];
        var length = socket.GetRawSocketOption(1, 17, credentials);
        uid = length == 12 ? ReadUInt32(credentials[4..]) : uint.MaxValue;
        return uid != uint.MaxValue;
    }

    /// <summary>SOL_LOCAL, LOCAL_PEERCRED: struct xucred { version = 0, uid, ngroups, groups[16] }.</summary>
    private static bool TryGetMac(Socket socket, out uint uid)
    {
        Span<byte> credentials = stackalloc byte[76];
        var length = socket.GetRawSocketOption(0, 1, credentials);
        uid = length >= 8 && ReadUInt32(credentials) == 0 ? ReadUInt32(credentials[4..]) : uint.MaxValue;
        return uid != uint.MaxValue;
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
