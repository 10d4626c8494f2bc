using System.Numerics;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Testing.Chain;

/// <summary>
/// The registry in memory, for services' tests: says what CapLens would say of what is put into it, counts who asks, and can be late,
/// broken or lie. Safe for concurrent use; every test takes its own operators.
/// </summary>
public sealed class FakeRegistry(TimeProvider clock) : IRegistryReader
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Omni, OperatorFacts> _operators = [];
    private readonly Dictionary<AccountAddress, Omni> _wallets = [];
    private readonly HashSet<AccountAddress> _usedWallets = [];
    private readonly Dictionary<DeviceKeyHash, DeviceFacts> _devices = [];
    private readonly Dictionary<Omni, Omni> _actors = [];
    private readonly Dictionary<(Omni Actor, Bytes32 Service), GrantFacts> _grants = [];
    private int _reads;

    public Deployment Deployment { get; } = new()
    {
        ChainId = 31337,
        Registry = Contract(1),
        Scope = Contract(2),
        Epoch = Contract(3),
        Lens = Contract(4),
        K11 = Contract(5),
        P256 = Contract(6),
        Recovery = Contract(7),
        RecoveryDelaySeconds = 10,
        Block = 0,
    };

    public ChainRef Chain => Deployment.Chain;

    /// <summary>Number of the newest block.</summary>
    public ulong Head { get; set; } = 100;

    /// <summary>By how much the newest block is older than our clock.</summary>
    public TimeSpan HeadAge { get; set; } = TimeSpan.Zero;

    public ulong Epoch { get; set; } = 1;

    /// <summary>Thrown by every read in place of an answer.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Every read hangs until it is cancelled, or beyond if <see cref="DeafToCancellation"/>.</summary>
    public bool Hangs { get; set; }

    public bool DeafToCancellation { get; set; }

    /// <summary>A lie: what is answered in place of the facts.</summary>
    public Func<CapFacts, CapFacts>? Bend { get; set; }

    /// <summary>Facts at the confirmed block, where they differ from those at the head.</summary>
    public Func<CapFacts, CapFacts>? Confirmed { get; set; }

    /// <summary>How often facts were asked for.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>A human_anchored operator: its wallet, and one master with every role.</summary>
    public FakeRegistry AddOperator(TestDevice wallet, TestDevice master)
    {
        AddWallet(wallet, TrustTier.HumanAnchored);
        return AddDevice(master, wallet.Omni, wallet.Omni, DeviceTier.Master, DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt);
    }

    /// <summary>An agent_rooted operator with its one device.</summary>
    public FakeRegistry AddAgentRooted(TestDevice wallet, TestDevice device)
    {
        AddWallet(wallet, TrustTier.AgentRooted);
        return AddDevice(device, wallet.Omni, wallet.Omni, DeviceTier.Agent, DeviceRoles.CapMint);
    }

    /// <summary>An agent of that operator; its omni is the device's.</summary>
    public FakeRegistry AddAgent(TestDevice wallet, TestDevice agent) => AddDevice(agent, wallet.Omni, agent.Omni, DeviceTier.Agent, DeviceRoles.CapMint);

    public FakeRegistry AddDevice(TestDevice device, Omni operatorOmni, Omni actor, DeviceTier tier, DeviceRoles roles)
    {
        lock (_lock)
        {
            _devices[device.Hash] = new DeviceFacts((ulong)clock.GetUtcNow().ToUnixTimeSeconds(), false, false, tier, roles, operatorOmni, actor);
            _actors[actor] = operatorOmni;
            return Mined();
        }
    }

    /// <summary>Grants a service to an actor, for credentials and without limits unless bent.</summary>
    public FakeRegistry Grant(Omni actor, string service, Func<GrantFacts, GrantFacts>? bend = null)
    {
        var grant = new GrantFacts(true, DataClass.Credentials.MaskBit(), false, 0, 0, 0, 1, false);
        lock (_lock)
        {
            _grants[(actor, ServiceName.Parse(service).Hash)] = bend?.Invoke(grant) ?? grant;
            return Mined();
        }
    }

    public FakeRegistry RevokeGrant(Omni actor, string service)
    {
        lock (_lock)
        {
            _grants.Remove((actor, ServiceName.Parse(service).Hash));
            return Mined();
        }
    }

    /// <summary>Changes what is known of a registered device: revokes it, takes a role, moves it.</summary>
    public FakeRegistry Change(TestDevice device, Func<DeviceFacts, DeviceFacts> change)
    {
        lock (_lock)
        {
            _devices[device.Hash] = change(_devices[device.Hash]);
            return Mined();
        }
    }

    public FakeRegistry Revoke(TestDevice device) => Change(device, d => d with { Revoked = true });

    public FakeRegistry SetTier(Omni operatorOmni, TrustTier tier)
    {
        lock (_lock)
        {
            _operators[operatorOmni] = _operators[operatorOmni] with { Tier = tier };
            return Mined();
        }
    }

    /// <summary>The operator goes on under another wallet; the old one is nobody's.</summary>
    public FakeRegistry RotateWallet(TestDevice from, TestDevice to)
    {
        lock (_lock)
        {
            _wallets.Remove(from.Address, out var operatorOmni);
            _wallets[to.Address] = operatorOmni;
            _usedWallets.Add(to.Address);
            _operators[operatorOmni] = _operators[operatorOmni] with { Wallet = to.Address };
            return Mined();
        }
    }

    public async Task<CapFacts> GetFactsAsync(FactsQuery query, CancellationToken cancel) => (await GetFactsAsync([query], cancel))[0];

    public async Task<IReadOnlyList<CapFacts>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancel)
    {
        Interlocked.Increment(ref _reads);
        if (Hangs)
            await Task.Delay(Timeout.Infinite, DeafToCancellation ? CancellationToken.None : cancel);
        if (Fault is { } fault)
            throw fault;
        return [.. queries.Select(Read).Select(facts => Bend?.Invoke(facts) ?? facts)];
    }

    public async Task<FactsAtDepth> GetFactsAsync(FactsQuery query, ulong confirmations, CancellationToken cancel) => (await GetFactsAsync([query], confirmations, cancel))[0];

    public async Task<IReadOnlyList<FactsAtDepth>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancel) =>
        [.. (await GetFactsAsync(queries, cancel)).Select(latest => new FactsAtDepth(latest, confirmations == 0 ? null : Below(latest, confirmations)))];

    private CapFacts Below(CapFacts latest, ulong confirmations)
    {
        var below = latest with { Head = latest.Head with { Number = latest.Head.Number - confirmations } };
        return Confirmed?.Invoke(below) ?? below;
    }

    public Task<ChainHead> GetHeadAsync(CancellationToken cancel) => Task.FromResult(new ChainHead(Head, HeadTime, default));

    public Task<P256Path> GetP256PathAsync(CancellationToken cancel) => Fault is { } fault ? Task.FromException<P256Path>(fault) : Task.FromResult(P256Path.Solidity);

    public Task<ScopeRecord> GetScopeAsync(Omni actor, CancellationToken cancel) => throw NotAsked();

    public Task<DeviceRecord?> GetDeviceAsync(DeviceKeyHash device, CancellationToken cancel) => throw NotAsked();

    public Task<OperatorRecord?> GetOperatorAsync(Omni operatorOmni, CancellationToken cancel) => throw NotAsked();

    public Task<IReadOnlyList<DeviceKeyHash>> GetDevicesAsync(Omni operatorOmni, int offset, int limit, CancellationToken cancel) => throw NotAsked();

    public Task<ProposalRecord?> GetProposalAsync(DeviceKeyHash proposer, CancellationToken cancel) => throw NotAsked();

    public Task<BigInteger> GetChallengeNonceAsync(DeviceKeyHash device, ApprovingContract contract, ApprovalKind kind, CancellationToken cancel) => throw NotAsked();

    public Task<BigInteger> GetRecoveryNonceAsync(Omni operatorOmni, ApprovingContract contract, CancellationToken cancel) => throw NotAsked();

    private ulong HeadTime => (ulong)(clock.GetUtcNow() - HeadAge).ToUnixTimeSeconds();

    private CapFacts Read(FactsQuery query)
    {
        lock (_lock)
        {
            var device = _devices.GetValueOrDefault(query.Device) ?? new DeviceFacts(0, false, false, DeviceTier.None, DeviceRoles.None, default, default);
            var asked = query.Operator.IsZero ? device.Operator : query.Operator;
            var nobody = new OperatorFacts(TrustTier.WalletOnly, default, 0, 0, 0, 0, default);
            var none = new GrantFacts(false, 0, false, 0, 0, 0, 0, false);
            return new CapFacts
            {
                Chain = Chain,
                Head = new HeadFacts(Head, HeadTime, default),
                Epoch = Epoch,
                Device = device,
                ActorOperator = _actors.GetValueOrDefault(query.Actor),
                WalletEverUsed = _usedWallets.Contains(query.SessionWallet),
                WalletOperator = _wallets.GetValueOrDefault(query.SessionWallet),
                Operator = _operators.GetValueOrDefault(asked) ?? nobody,
                Grant = query.Service is { } service ? _grants.GetValueOrDefault((query.Actor, service.Hash)) ?? none : none,
            };
        }
    }

    private void AddWallet(TestDevice wallet, TrustTier tier)
    {
        lock (_lock)
        {
            _wallets[wallet.Address] = wallet.Omni;
            _usedWallets.Add(wallet.Address);
            _operators[wallet.Omni] = new OperatorFacts(tier, wallet.Address, 1, 1, 1, 1, wallet.Address);
            _actors[wallet.Omni] = wallet.Omni;
        }
    }

    /// <summary>Every change is a block.</summary>
    private FakeRegistry Mined()
    {
        Head++;
        return this;
    }

    private static Address Contract(byte fill) => Address.FromBytes(Enumerable.Repeat(fill, 20).ToArray());

    private static NotSupportedException NotAsked() => new("No service asks this.");
}
