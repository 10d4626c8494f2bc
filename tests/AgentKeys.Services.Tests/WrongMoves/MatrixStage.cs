using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Wire;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>One broker, and for each class one worker and one signer, for the whole table; every move ends with chain and store as they were.</summary>
public sealed class MatrixStage : IAsyncLifetime
{
    private const string ProfileName = "profile.json";

    /// <summary>What services here wait for the chain.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(2);

    public BrokerRig Broker { get; } = new() { Profile = ProfileName, ChainTimeoutMilliseconds = (int)Deadline.TotalMilliseconds };

    internal VaultStack Vault { get; } = new();

    /// <summary>The same with memory.</summary>
    internal VaultStack Notes { get; } = new() { Class = DataClass.Memory };

    internal TestOperator Operator { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Broker.Folder, ProfileName), VaultStack.Profile);
        await Broker.InitializeAsync();
        await Vault.InitializeAsync();
        await Notes.InitializeAsync();
        Operator = Broker.NewOperator();
    }

    public async Task DisposeAsync()
    {
        await Vault.DisposeAsync();
        await Notes.DisposeAsync();
        await Broker.DisposeAsync();
    }

    internal BrokerCall NewBrokerCall(CapOp op = CapOp.Store, bool explains = false) => BrokerCall.Of(Broker, Operator, op, explains);

    internal async Task<WireAnswer> SendToBrokerAsync(WireRequest request)
    {
        using var message = request.ToMessage();
        using var response = await Broker.Http.SendAsync(message);
        return await WireAnswer.ReadAsync(response);
    }

    /// <summary>As the worker would for this act: an unwrap for a fetch, else a new key.</summary>
    internal Task<WireAnswer> SendToSignerAsync(WireRequest request, CapOp op) => op == CapOp.Fetch
        ? Vault.SendToSignerAsync("/v1/keys/unwrap", request, SignerBodies.Unwrap(Vault.ObjectPath))
        : Vault.SendToSignerAsync("/v1/keys/generate", request, "{}"u8.ToArray());

    /// <summary>What every move begins with: the agent's object, at a version that is not its first.</summary>
    internal static async Task StoreAsync(VaultStack vault)
    {
        for (var version = File.Exists(vault.ObjectPath) ? 2ul : 0; version < 2;)
        {
            var stored = await vault.StoreAsync([1]);
            Assert.Equal("ok", stored.Code);
            version = stored.Version;
        }
    }

    /// <summary>What may not change by a refused move: every record and every object.</summary>
    internal (ulong Broker, ulong, ulong, ulong, ulong, string) Trace() =>
        (Broker.Records, Vault.WorkerRecords, Vault.SignerRecords, Notes.WorkerRecords, Notes.SignerRecords, Objects());

    internal string Objects() => Vault.StoreDigest() + Notes.StoreDigest();

    internal void Reset()
    {
        Vault.ResetChain();
        Notes.ResetChain();
        (Broker.Registry.Bend, Broker.Registry.Fault, Broker.Registry.HeadAge, Broker.Registry.Hangs) = (null, null, TimeSpan.Zero, false);
    }
}
