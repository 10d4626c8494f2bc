using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentKeys.Signer;

/// <summary>Who is at the other end of a Unix socket, from the kernel (Linux SO_PEERCRED).</summary>
internal static class PeerUser
{
    private const int SolSocket = 1, SoPeerCred = 17;

    public static uint? Of(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is not { AddressFamily: AddressFamily.Unix } socket)
            return null;
        Span<byte> credentials = stackalloc byte[12]; // pid, uid, gid
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12 ? BitConverter.ToUInt32(credentials[4..]) : null;
    }
}
