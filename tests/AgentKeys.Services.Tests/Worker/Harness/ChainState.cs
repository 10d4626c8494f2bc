using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>What the chain says, set by the test; one per node.</summary>
internal sealed class ChainState : IFactsSource
{
    public static ChainRef TestChain { get; } = RegistryAt("0x00000000000000000000000000000000000000aa");

    public ChainRef Chain => TestChain;

    /// <summary>What a node that cannot decide answers.</summary>
    public RefusalCode? Trouble { get; set; }

    public ulong Block { get; set; } = 100;
    public ulong Epoch { get; set; } = 1;
    public TrustTier Tier { get; set; } = TrustTier.HumanAnchored;
    public Dictionary<DeviceKeyHash, DeviceFacts> Devices { get; } = [];
    public Dictionary<Omni, Omni> Operators { get; } = [];
    public Dictionary<(Omni Actor, string Service), GrantFacts> Grants { get; } = [];

    /// <summary>How often somebody read.</summary>
    public int Reads { get; private set; }

    public Task<Result<CapFacts>> JudgeAsync(FactsQuery query, Func<CapFacts, Refusal?> rule, ulong minBlock, CancellationToken cancellationToken)
    {
        Reads++;
        if (Trouble is { } code)
            return Task.FromResult<Result<CapFacts>>(new Refusal(code, "The test said so."));
        if (Block < minBlock)
            return Task.FromResult<Result<CapFacts>>(new Refusal(RefusalCode.ChainBehind, "Behind.") { Block = Block });
        var facts = Answer(query);
        return Task.FromResult<Result<CapFacts>>(rule(facts) is { } refusal ? refusal : facts);
    }

    public Task<ChainReadiness> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ChainReadiness(Trouble is null, Trouble?.Name(), Block, 0, "test", null, 1, []));

    public static ChainRef RegistryAt(string address) => ChainRef.TryParse($"eip155:31337:{address}", out var chain) ? chain : throw new FormatException(address);

    private CapFacts Answer(FactsQuery query) => new()
    {
        Chain = Chain,
        Head = new HeadFacts(Block, 1_800_000_000, default),
        Epoch = Epoch,
        Device = Devices.GetValueOrDefault(query.Device) ?? new DeviceFacts(0, false, false, default, default, default, default),
        ActorOperator = Operators.GetValueOrDefault(query.Actor),
        WalletOperator = default,
        Operator = new OperatorFacts(Tier, default, 1, 1, 1, 1, default),
        Grant = query.Service is { } service && Grants.TryGetValue((query.Actor, service.Value), out var grant)
            ? grant
            : new GrantFacts(false, 0, false, 0, 0, 0, 1, false),
    };
}
