namespace AgentKeys.Signer;

/// <summary>Section <c>AgentKeys:Signer</c>. Paths are absolute once bound.</summary>
public sealed class SignerOptions
{
    /// <summary>Path of the Unix socket; its folder is 0700 and is what protects it.</summary>
    public string Socket { get; set; } = "";

    /// <summary>Folder of the ring keys, see <see cref="RingFile"/>.</summary>
    public string RingDir { get; set; } = "";

    /// <summary>Folder of the audit logs, one per class.</summary>
    public string StateDir { get; set; } = "";

    public IList<PeerOptions> Peers { get; } = [];
}

/// <summary>One worker: the user it runs as and what it serves.</summary>
public sealed class PeerOptions
{
    /// <summary>User id of the worker's process.</summary>
    public long Uid { get; set; } = -1;

    /// <summary>Data class to the worker's public URL, the one that clients make their proofs for.</summary>
    public IDictionary<string, string> Classes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
