#pragma warning disable CA1416 // file modes: this process runs on Linux and macOS
using System.Net;
using System.Net.Sockets;
using AgentKeys.Files;
using AgentKeys.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace AgentKeys.Signer;

/// <summary>
/// The Unix socket and the folder that is made for it. Both are this user's alone, or also a group's when the setting names one. Before
/// the socket is made the folder is closed, and it opens when the socket has its rights: at no moment can anybody else connect.
/// </summary>
internal static class ListeningSocket
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode GroupFile = OwnerFile | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode GroupFolder = OwnerFolder | UnixFileMode.GroupExecute;

    public static WebApplicationBuilder ListenOn(this WebApplicationBuilder builder, string path)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Short(path)));
        // Kestrel calls listen on what this returns: until then a connection is refused, whoever asks.
        builder.Services.AddOptions<SocketTransportOptions>().Configure<IServiceProvider>((transport, services) => transport.CreateBoundListenSocket = endpoint =>
            endpoint is UnixDomainSocketEndPoint ? Bind(endpoint, path, services.GetRequiredService<SignerOptions>().Group) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
        return builder;
    }

    private static Socket Bind(EndPoint endpoint, string path, uint? group)
    {
        var folder = Path.GetDirectoryName(path)!;
        SecretFile.EnsureFolder(folder);
        RemoveLeftOver(path);
        RequireOwnFolder(folder, path);
        File.SetUnixFileMode(folder, OwnerFolder);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            File.SetUnixFileMode(path, OwnerFile);
            if (group is { } readers)
                Admit(readers, folder, path);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Admit(uint group, string folder, string path)
    {
        Give(path, group);
        File.SetUnixFileMode(path, GroupFile);
        Give(folder, group);
        File.SetUnixFileMode(folder, GroupFolder);
    }

    private static void Give(string path, uint group)
    {
        try
        {
            Posix.GiveToGroup(path, group);
        }
        catch (PosixException e)
        {
            var errors = new SettingErrors(SignerOptions.Section);
            errors.Add(nameof(SignerOptions.SocketGroup), $"the id of a group that the signer's user is a member of; {path} could not be given to it: {e.Message}");
            throw new OptionsValidationException(SignerOptions.Section, typeof(SignerOptions), errors.Errors);
        }
    }

    /// <summary>The folder's rights are about to be set: a folder that others use too, such as /run, must not lose its own by a wrong setting.</summary>
    private static void RequireOwnFolder(string folder, string path)
    {
        if (Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(e => e != path) is { } other)
            throw new IOException($"The signer's socket needs a folder of its own, and there is {other}.");
    }

    /// <summary>
    /// Removes the socket of a process that ended without doing so; one that somebody listens on stays, and starting fails. So does a file:
    /// connecting to it fails as to a socket that is left over, but a socket is empty, and a wrong setting must not delete a key.
    /// </summary>
    private static void RemoveLeftOver(string path)
    {
        if (!File.Exists(path))
            return;
        if (new FileInfo(path).Length > 0)
            throw new IOException($"{path} is a file, not a socket; it is left alone.");
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new IOException($"Another process listens on {path}.");
    }

    private static string Short(string path) => path.Length <= SignerOptions.MaxSocketPath
        ? path
        : throw new IOException($"{path} is too long for a Unix socket: at most {SignerOptions.MaxSocketPath} characters.");
}
