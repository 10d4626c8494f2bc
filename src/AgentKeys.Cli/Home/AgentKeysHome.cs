using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// The folder of one identity, 0700: <c>device.json</c>, <c>wallet.json</c> (operators), <c>init.json</c>, <c>agents.json</c>,
/// <c>session.json</c>, <c>network.json</c>. Never shared between an operator and an agent.
/// </summary>
internal sealed class AgentKeysHome(string path)
{
    public string Path { get; } = path;

    public string DeviceKeyPath => In("device.json");
    public string WalletKeyPath => In("wallet.json");
    public string NetworkPath => In("network.json");

    /// <summary><c>--home</c>, AGENTKEYS_HOME, or <c>~/.agentkeys</c>.</summary>
    public static AgentKeysHome Find(string? option, CliEdges edges)
    {
        var path = option ?? NonEmpty(edges.Environment("AGENTKEYS_HOME"));
        if (path is null)
        {
            var user = NonEmpty(edges.Environment("HOME")) ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            path = System.IO.Path.Combine(user, ".agentkeys");
        }
        return new AgentKeysHome(System.IO.Path.GetFullPath(path, edges.WorkingDirectory));
    }

    public void EnsureFolder() => PrivateFiles.EnsureFolder(Path);

    public bool HasDevice => File.Exists(DeviceKeyPath);

    /// <summary>The machine's device key; the caller disposes it.</summary>
    public Secp256k1Key LoadDevice() => HasDevice
        ? LoadKey(DeviceKeyPath, KeyPurpose.Device)
        : throw CliException.Failure($"There is no device key in {Path}.", "run `agentkeys init`, or on an agent's machine `agentkeys init --agent --operator 0x...`");

    public Secp256k1Key LoadWallet() => File.Exists(WalletKeyPath)
        ? LoadKey(WalletKeyPath, KeyPurpose.Wallet)
        : throw CliException.Failure($"There is no wallet key in {Path}.", "only an operator's home has one: run this where you ran `agentkeys init`");

    /// <summary>The key of the file, made now if there is none.</summary>
    public (Secp256k1Key Key, bool IsNew) LoadOrMake(string file, KeyPurpose purpose)
    {
        EnsureFolder();
        if (File.Exists(file))
            return (LoadKey(file, purpose), false);
        var key = Secp256k1Key.Generate();
        Keep(key, file, purpose);
        return (key, true);
    }

    /// <summary>Writes a new key file; one that is there stays as it is.</summary>
    /// <exception cref="CliException">the file exists.</exception>
    public void Keep(Secp256k1Key key, string file, KeyPurpose purpose)
    {
        EnsureFolder();
        var bytes = KeyFile.Encode(key, purpose);
        try
        {
            PrivateFiles.Create(file, bytes);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public InitJournal? Init
    {
        get => HomeJson.ReadFile(In("init.json"), HomeJson.Default.InitJournal);
        set => HomeJson.WriteFile(In("init.json"), value!, HomeJson.Default.InitJournal);
    }

    public AgentBook Agents
    {
        get => HomeJson.ReadFile(In("agents.json"), HomeJson.Default.AgentBook) ?? new AgentBook([]);
        set => HomeJson.WriteFile(In("agents.json"), value, HomeJson.Default.AgentBook);
    }

    /// <summary>The kept session if it is of this broker.</summary>
    public Session? LoadSession(Uri broker)
    {
        var kept = HomeJson.ReadFile(In("session.json"), HomeJson.Default.SessionRecord);
        if (kept is null || kept.Broker != broker.AbsoluteUri
            || !Omni.TryParse(kept.OperatorOmni, out var operatorOmni) || !Omni.TryParse(kept.ActorOmni, out var actor) || !DeviceKeyHash.TryParse(kept.DeviceKeyHash, out var device))
            return null;
        return new Session(kept.Token, DateTimeOffset.FromUnixTimeSeconds(kept.ExpiresAt), operatorOmni, actor, device, kept.TrustTier);
    }

    public void SaveSession(Uri broker, Session session) => HomeJson.WriteFile(
        In("session.json"),
        new SessionRecord(broker.AbsoluteUri, session.Token, session.ExpiresAt.ToUnixTimeSeconds(), session.Operator.ToString(), session.Actor.ToString(), session.Device.ToString(), session.TrustTier),
        HomeJson.Default.SessionRecord);

    /// <summary>The agent that the operator gave this name.</summary>
    public AgentRecord Agent(string name) => Agents.Agents.TryGetValue(name, out var agent)
        ? agent
        : throw CliException.Failure($"This home knows no agent {name}.", "`agentkeys agent list` shows them");

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static Secp256k1Key LoadKey(string path, KeyPurpose purpose)
    {
        try
        {
            return KeyFile.Load(path, purpose);
        }
        catch (KeyFileException e)
        {
            throw CliException.Failure(e.Message, inner: e);
        }
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
