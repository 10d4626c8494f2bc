using System.ComponentModel;
using AgentKeys.Hosting;

namespace AgentKeys.Signer;

/// <summary>Section <c>AgentKeys:Signer</c>. Relative paths are relative to the configuration file's folder.</summary>
public sealed class SignerOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Signer";

    /// <summary>Longest path that every system's sockets take.</summary>
    internal const int MaxSocketPath = 100;

    /// <summary>Its folder is what keeps strangers from even connecting.</summary>
    [Description("Path of the Unix socket, at most 100 characters. Its folder is the socket's alone and is made 0700.")]
    public string? Socket { get; set; }

    /// <summary>
    /// Id of the group whose processes may connect, when the workers run as other users than the signer; absent: this user's only.
    /// Connecting is all that it gives: who gets a key is said by <see cref="Peers"/>.
    /// </summary>
    [Description("Id of the group whose processes may connect, when workers run as other users than the signer; without it only this user's may.")]
    public long? SocketGroup { get; set; }

    /// <summary><see cref="SocketGroup"/>, when it is one.</summary>
    internal uint? Group => SocketGroup is >= 0 and < uint.MaxValue ? (uint)SocketGroup : null;

    [Description("Where health and metrics are read over TCP, and nothing else; without it at the socket only.")]
    public string? MetricsListen { get; set; }

    [Description("Folder of the ring keys (K3), one 0600 file an epoch.")]
    public string? RingDir { get; set; }

    [Description("Folder of the audit logs, one per class.")]
    public string? StateDir { get; set; }

    [Description("The workers: who may ask for keys of what.")]
    public IList<PeerOptions> Peers { get; } = [];

    public void Validate(SettingErrors errors)
    {
        errors.Require(Socket is { Length: > 0 and <= MaxSocketPath }, nameof(Socket), "the path of a Unix socket, at most 100 characters");
        errors.Require(SocketGroup is null || Group is not null, nameof(SocketGroup), "the id of a group, a number");
        errors.Require(RingDir is { Length: > 0 }, nameof(RingDir), "the path of a folder");
        errors.Require(StateDir is { Length: > 0 }, nameof(StateDir), "the path of a folder");
        if (MetricsListen is not null)
            errors.RequireListenAddress(MetricsListen, nameof(MetricsListen));
        _ = PeerTable.Read(Peers, errors);
    }
}

/// <summary>One worker: the user it runs as and what it serves.</summary>
public sealed class PeerOptions
{
    [Description("User id that the worker runs as.")]
    public long Uid { get; set; } = -1;

    [Description("Public URL of the worker of a data class, the one that clients make their proofs for.")]
    public IDictionary<string, string> Classes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
