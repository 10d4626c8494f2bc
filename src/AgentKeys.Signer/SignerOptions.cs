using AgentKeys.Hosting;

namespace AgentKeys.Signer;

/// <summary>Section <c>AgentKeys:Signer</c>. Relative paths are relative to the configuration file's folder.</summary>
public sealed class SignerOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Signer";

    /// <summary>Longest path that every system's sockets take.</summary>
    internal const int MaxSocketPath = 100;

    /// <summary>Path of the Unix socket. Its folder is the socket's alone: it is made 0700 and is what keeps strangers from even connecting.</summary>
    public string? Socket { get; set; }

    /// <summary>
    /// Id of the group whose processes may connect, when the workers run as other users than the signer; absent: this user's only.
    /// Connecting is all that it gives: who gets a key is said by <see cref="Peers"/>.
    /// </summary>
    public long? SocketGroup { get; set; }

    /// <summary><see cref="SocketGroup"/>, when it is one.</summary>
    internal uint? Group => SocketGroup is >= 0 and < uint.MaxValue ? (uint)SocketGroup : null;

    /// <summary>Folder of the ring keys, see <see cref="RingFile"/>.</summary>
    public string? RingDir { get; set; }

    /// <summary>Folder of the audit logs, one per class.</summary>
    public string? StateDir { get; set; }

    public IList<PeerOptions> Peers { get; } = [];

    public void Validate(SettingErrors errors)
    {
        errors.Require(Socket is { Length: > 0 and <= MaxSocketPath }, nameof(Socket), "the path of a Unix socket, at most 100 characters");
        errors.Require(SocketGroup is null || Group is not null, nameof(SocketGroup), "the id of a group, a number");
        errors.Require(RingDir is { Length: > 0 }, nameof(RingDir), "the path of a folder");
        errors.Require(StateDir is { Length: > 0 }, nameof(StateDir), "the path of a folder");
        _ = PeerTable.Read(Peers, errors);
    }
}

/// <summary>One worker: the user it runs as and what it serves.</summary>
public sealed class PeerOptions
{
    /// <summary>User id of the worker's process.</summary>
    public long Uid { get; set; } = -1;

    /// <summary>Data class to the worker's public URL, the one that clients make their proofs for.</summary>
    public IDictionary<string, string> Classes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
