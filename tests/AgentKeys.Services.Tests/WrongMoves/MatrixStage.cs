using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>One broker, one worker and one signer for the whole table; every move ends with the chain as it was.</summary>
public sealed class MatrixStage : IAsyncLifetime
{
    private const string ProfileName = "profile.json";

    /// <summary>What services here wait for the chain.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(2);

    public BrokerRig Broker { get; } = new() { Profile = ProfileName, ChainTimeoutMilliseconds = (int)Deadline.TotalMilliseconds };

    internal VaultStack Vault { get; } = new();
    internal TestOperator Operator { get; private set; } = null!;

    /// <summary>Somebody else at the broker.</summary>
    internal TestOperator Other { get; private set; } = null!;

    /// <summary>Somebody else at worker and signer.</summary>
    internal TestOperator OtherAtVault { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Broker.Folder, ProfileName), VaultStack.Profile);
        await Broker.InitializeAsync();
        await Vault.InitializeAsync();
        (Operator, Other, OtherAtVault) = (Broker.NewOperator(), Broker.NewOperator(), new TestOperator(Vault.Chain));
        Assert.Equal("ok", (await Vault.StoreAsync([1])).Code);
    }

    public async Task DisposeAsync()
    {
        await Vault.DisposeAsync();
        await Broker.DisposeAsync();
    }

    internal BrokerCall NewBrokerCall() => BrokerCall.Of(Broker, Operator);

    internal async Task<WireAnswer> SendToBrokerAsync(WireRequest request)
    {
        using var message = request.ToMessage();
        using var response = await Broker.Http.SendAsync(message);
        return await WireAnswer.ReadAsync(response);
    }

    internal Task<WireAnswer> SendToSignerAsync(VaultCall call) => Vault.SendToSignerAsync("/v1/keys/generate", call.Build(), "{}"u8.ToArray());

    /// <summary>What may not change by a refused move: every record and every object.</summary>
    internal (ulong, ulong, ulong, string) Trace() => (Broker.Records, Vault.WorkerRecords, Vault.SignerRecords, Vault.StoreDigest());

    internal void Reset()
    {
        Vault.ResetChain();
        (Broker.Registry.Bend, Broker.Registry.Fault, Broker.Registry.HeadAge, Broker.Registry.Hangs, Vault.Chain.Hangs) = (null, null, TimeSpan.Zero, false, false);
    }
}
