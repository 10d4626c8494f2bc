namespace AgentKeys.Cli;

/// <summary>
/// Everything of one dev stack, in one folder that git ignores: ports, keys, chain state, configuration, data, logs. Held by one
/// <c>agentkeys dev</c> at a time.
/// </summary>
internal sealed class DevFolder : IDisposable
{
    /// <summary>The services' settings, beside the network description.</summary>
    public const string ConfigName = "agentkeys.json";

    private const string Marker = ".gitignore";
    private const string LockName = "lock";

    // What every system's sockets take, and the signer's own limit.
    private const int MaxSocketPath = 100;

    private readonly FileStream _lock;

    private DevFolder(string path, FileStream held) => (Root, _lock) = (path, held);

    public string Root { get; }
    public string Ports => In("ports.json");
    public string Processes => In("processes.json");
    public string ChainState => In("chain.json");
    public string Deployment => In("deployment.json");
    public string Config => In(ConfigName);
    public string Network => In("network.json");
    public string BrokerKeys => In("keys", "broker");
    public string Ring => In("keys", "ring");
    /// <summary>The ring of the stack whose configuration file this is.</summary>
    public static string RingBeside(string config) => Path.Combine(Path.GetDirectoryName(config)!, "keys", "ring");

    /// <summary>The signer's socket of that stack.</summary>
    public static string SocketBeside(string config) => Path.Combine(Path.GetDirectoryName(config)!, "run", "signer.sock");

    public string Socket => In("run", "signer.sock");

    public string Log(string process) => In("logs", process + ".log");

    public string In(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <exception cref="CliException">another stack holds the folder, or it holds something else.</exception>
    public static DevFolder Open(string path)
    {
        PrivateFiles.EnsureFolder(path);
        if (!File.Exists(Path.Combine(path, Marker)) && Directory.EnumerateFileSystemEntries(path).Any(e => Path.GetFileName(e) != LockName))
            throw CliException.Failure($"{path} holds something that is not a dev stack.", "name an empty or new folder with --state");
        var folder = new DevFolder(path, Hold(Path.Combine(path, LockName)));
        folder.Prepare();
        return folder;
    }

    /// <summary>Deletes the stack's files. Its processes must be gone.</summary>
    public void Clear()
    {
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos().Where(e => e.Name is not (LockName or Marker)))
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
        Prepare();
    }

    public void Dispose() => _lock.Dispose();

    private void Prepare()
    {
        if (!File.Exists(In(Marker)))
            PrivateFiles.Create(In(Marker), "*\n"u8);
        foreach (var folder in (string[])["keys", "logs", "run", "state"])
            PrivateFiles.EnsureFolder(In(folder));
        if (Socket.Length > MaxSocketPath)
            throw CliException.Failure($"The path of the signer's socket is too long: {Socket.Length} characters, {MaxSocketPath} at most.", "name a folder with a shorter path: agentkeys dev --state DIR");
    }

    /// <summary>The system releases the lock with the process, however it ends.</summary>
    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : PrivateFiles.FileMode,
            });
        }
        catch (IOException e)
        {
            throw CliException.Failure($"Another `agentkeys dev` holds {Path.GetDirectoryName(path)}.", "stop it, or name another folder with --state", e);
        }
    }
}
