using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>One method for each row of SPEC section 3.2; null where the world has nothing to do it with yet.</summary>
internal sealed partial class CallGenerator
{
    private const byte AllRoles = 7;

    private RegisterFirstMaster FirstMaster()
    {
        var (wallet, address, passkey) = (NewWallet(), NewDevice(), NewPasskey());
        if (_dice.Percent(2))
            address = wallet;
        var call = new RegisterFirstMaster(wallet, Word.DeviceHash(address), passkey, Anyone(), PickDeadline());
        return Registered(call, address, Word.Omni(wallet), Word.Omni(wallet), ReferenceRegistry.Master, AllRoles, passkey);
    }

    private RegisterAgentRooted AgentRooted()
    {
        var again = _dice.Percent(50) ? Rooted() : null;
        var (wallet, address) = (again?.Wallet ?? NewWallet(), NewDevice());
        if (_dice.Percent(2))
            address = wallet;
        var call = new RegisterAgentRooted(wallet, Word.DeviceHash(address), Anyone(), PickDeadline());
        var omni = _model.OperatorOf(call)!;
        return Registered(call, address, omni, omni, ReferenceRegistry.Agent, ReferenceRegistry.CapMint, null);
    }

    private UpgradeToHumanAnchored? Upgrade()
    {
        if ((_dice.Percent(90) ? Rooted() : Anchored()) is not { } op)
            return null;
        var (address, passkey, deadline) = (NewDevice(), NewPasskey(), PickDeadline());
        var wallet = _dice.Below(10) switch { < 4 => op.Wallet, < 5 => address, _ => NewWallet() };
        var call = new UpgradeToHumanAnchored(op.Wallet, wallet, Word.DeviceHash(address), passkey, Anyone(), deadline);
        call = call with { Consent = Consent(call, op.Omni, wallet, deadline) };
        return Registered(call, address, op.Omni, op.Omni, ReferenceRegistry.Master, AllRoles, passkey);
    }

    private RegisterAdditionalMaster? AdditionalMaster()
    {
        if ((_dice.Percent(96) ? Anchored() : Rooted()) is not { } op)
            return null;
        var (address, passkey) = (NewDevice(), NewPasskey());
        var roles = _dice.Below(100) switch { < 2 => (byte)0, < 4 => (byte)8, < 60 => AllRoles, _ => (byte)_dice.Between(1, 7) };
        var (recovery, grant) = (PickRecoveryThreshold(_model.CountActive(op.Omni, ReferenceRegistry.Recovery) + ((roles & 2) != 0 ? 1 : 0), op), PickGrantThreshold());
        var call = new RegisterAdditionalMaster(Anyone(), Word.DeviceHash(address), op.Omni, passkey, roles, recovery, grant, PickDeadline());
        return Approved(Registered(call, address, op.Omni, op.Omni, ReferenceRegistry.Master, roles, passkey));
    }

    private SetDeviceRoles? DeviceRoles()
    {
        if (Anchored() is not { } op)
            return null;
        var roles = _dice.Below(100) switch { < 3 => (byte)0, < 6 => (byte)8, < 50 => AllRoles, _ => (byte)_dice.Between(1, 7) };
        return Approved(new SetDeviceRoles(Anyone(), AnyMaster(op).Hash, roles));
    }

    private SetRecoveryThreshold? RecoveryThreshold() =>
        Anchored() is { } op ? Approved(new SetRecoveryThreshold(Anyone(), op.Omni, PickRecoveryThreshold(_model.CountActive(op.Omni, ReferenceRegistry.Recovery), op))) : null;

    private SetGrantThreshold? GrantThreshold() => Anchored() is { } op ? Approved(new SetGrantThreshold(Anyone(), op.Omni, PickGrantThreshold())) : null;

    private RotateMasterWallet? Rotate()
    {
        if ((_dice.Percent(95) ? Anchored() : Rooted()) is not { } op)
            return null;
        var (wallet, deadline) = (NewWallet(), PickDeadline());
        var call = new RotateMasterWallet(_dice.Percent(30) ? wallet : Anyone(), op.Omni, wallet, deadline);
        return Approved(call with { Consent = Consent(call, op.Omni, wallet, deadline) });
    }

    private RevokeMasterDevice? RevokeMaster()
    {
        if (Anchored() is not { } op || IsCrowd(op))
            return null;
        var target = AnyMaster(op);
        return Approved(new RevokeMasterDevice(Anyone(), target.Hash, Since(target)), never: target.Hash);
    }

    private SetCompromisedSince? CompromisedSince()
    {
        var revoked = _model.Devices.Values.Where(d => d is { Tier: ReferenceRegistry.Master, Revoked: true }).ToList();
        if (revoked.Count == 0)
            return null;
        var target = _dice.Percent(90) ? _dice.Pick(revoked) : AnyMaster(Anchored()!);
        return Approved(new SetCompromisedSince(Anyone(), target.Hash, Since(target)));
    }

    private VoidApprovals? Void()
    {
        if (Anchored() is not { } op)
            return null;
        var call = new VoidApprovals(Anyone(), _dice.Pick(Masters(op.Omni, AllRoles)));
        return call with { Approvals = [Approve(call, call.Device)] };
    }

    private SetAuditRelay? Relay() => Anchored() is { } op ? Approved(new SetAuditRelay(Anyone(), op.Omni, Anyone())) : null;

    private RegisterAgentDevice? AgentDevice()
    {
        if ((_dice.Percent(97) ? Anchored() : Rooted()) is not { } op)
            return null;
        var address = NewDevice();
        var actor = _dice.Below(100) switch
        {
            < 60 => Word.Omni(address),
            < 95 => AgentOf(op) ?? Word.Omni(address),
            < 97 => op.Omni,
            < 98 => Word.Omni(_keys.NewAccount()),
            _ => _dice.Pick([.. _model.Actors.Keys]),
        };
        var call = new RegisterAgentDevice(Anyone(), Word.DeviceHash(address), op.Omni, actor, PickDeadline());
        return Approved(Registered(call, address, op.Omni, actor, ReferenceRegistry.Agent, ReferenceRegistry.CapMint, null));
    }

    private RevokeAgentDevice? RevokeAgent()
    {
        if ((_dice.Percent(80) ? Anchored() : Rooted()) is not { } op)
            return null;
        var devices = _model.Devices.Values.Where(d => d.Operator == op.Omni && (!d.IsActiveMaster || _dice.Percent(5))).ToList();
        var live = devices.Where(d => !d.Revoked).ToList();
        if ((_dice.Percent(90) ? _dice.PickOrNull(live) : _dice.PickOrNull(devices)) is not { } device)
            return null;
        var call = new RevokeAgentDevice(op.Wallet, device.Hash);
        return op.Tier == ModelTier.AgentRooted || _dice.Percent(40) ? call : Approved(call with { Sender = Anyone() });
    }

    private SetScope? Scope()
    {
        if (Anchored() is not { } op || AgentOf(op) is not { } agent)
            return null;
        var actor = _dice.Below(100) switch { < 94 => agent, < 97 => op.Omni, _ => _dice.Pick([.. _model.Actors.Keys]) };
        var generation = (_model.Scopes.GetValueOrDefault(actor)?.Generation ?? 0) + (_dice.Below(100) switch { < 94 => 1UL, < 97 => 0UL, _ => 2UL });
        return Approved(new SetScope(Anyone(), op.Omni, actor, generation, PickGrants()));
    }

    private RevokeScope? NoScope()
    {
        if (Anchored() is not { } op || AgentOf(op) is not { } agent)
            return null;
        var call = new RevokeScope(op.Wallet, op.Omni, _dice.Below(100) switch { < 94 => agent, < 97 => op.Omni, _ => _dice.Pick([.. _model.Actors.Keys]) });
        return _dice.Percent(40) ? call : Approved(call with { Sender = Anyone() });
    }

    private ProposeRecovery? Propose()
    {
        if (Anchored() is not { } op || IsCrowd(op))
            return null;
        var target = AnyMaster(op);
        var call = Approved(new ProposeRecovery(Anyone(), op.Omni, target.Hash, Since(target)), never: target.Hash);
        return call.Approvals.Count == 0 ? null : call;
    }

    private CancelRecovery? Cancel()
    {
        var call = AnyProposer() is { } proposer ? Approved(new CancelRecovery(Anyone(), proposer), never: proposer) : null;
        return call is { Approvals.Count: > 0 } ? call : null;
    }

    private WithdrawRecovery? Withdraw()
    {
        if (AnyProposer() is not { } proposer)
            return null;
        var call = new WithdrawRecovery(Anyone(), proposer);
        return call with { Approvals = [Approve(call, proposer)] };
    }

    private ExecuteRecovery? Execute()
    {
        var ripe = _model.Open.Where(p => !_model.IsVoid(p.Value) && p.Value.ProposedAt + _model.Delay <= _model.Now).Select(p => p.Key).ToList();
        if (ripe.Count == 0 && _dice.Percent(70))
            return null;
        return (_dice.Percent(80) ? _dice.PickOrNull(ripe) : AnyProposer()) is { } proposer ? new ExecuteRecovery(Anyone(), proposer) : null;
    }

    private ConsumeApprovals? Consume() => Anchored() is { } op
        ? Approved(new ConsumeApprovals(Anyone(), _dice.Pick(["reopen-log", "set-scope", "revoke-master-device"]), op.Omni, (ApprovalKind)_dice.Below(4), Word.Of(_dice.Next())))
        : null;

    private Evict? EvictDirectly() => Anchored() is { } op
        ? new Evict(_dice.Percent(50) ? op.Wallet : Anyone(), AnyMaster(op).Hash, AnyMaster(op).Hash, 0, _model.RecoveryNonce(op.Omni, Call.Registry))
        : null;

    private EpochCall Epochs()
    {
        var sender = _dice.Below(10) switch { < 7 => _model.Governance, < 9 => _model.PendingGovernance, _ => Anyone() };
        return _dice.Below(3) switch
        {
            0 => new AdvanceEpoch(sender),
            1 => new TransferGovernance(sender, _dice.Percent(90) ? Anyone() : Word.ZeroAddress),
            _ => new AcceptGovernance(sender),
        };
    }

    private ModelDevice AnyMaster(ModelOperator op)
    {
        var active = _model.ActiveMasters(op.Omni).ToList();
        return _dice.Percent(96) ? _dice.Pick(active) : _dice.Pick([.. _model.Devices.Values.Where(d => d.Tier == ReferenceRegistry.Master)]);
    }

    private string? AnyProposer()
    {
        var live = _model.Open.Where(p => !_model.IsVoid(p.Value)).Select(p => p.Key).ToList();
        return _dice.Percent(85) ? _dice.PickOrNull(live) : _dice.PickOrNull([.. _model.Open.Keys, .. _model.Devices.Values.Where(d => d.IsActiveMaster).Select(d => d.Hash).Take(3)]);
    }

    private string? AgentOf(ModelOperator op) => _dice.PickOrNull([.. _model.Actors.Where(a => a.Value == op.Omni && a.Key != op.Omni).Select(a => a.Key)]);

    /// <summary>The first operator is let grow to the most masters there may be.</summary>
    private bool IsCrowd(ModelOperator op) =>
        op == _model.Operators.Values.First(o => o.Tier == ModelTier.HumanAnchored) && _model.ActiveMasters(op.Omni).Count() < ReferenceRegistry.MostMasters && _dice.Percent(90);

    private byte PickRecoveryThreshold(int most, ModelOperator op) => _dice.Below(100) switch
    {
        < 3 => 0,
        < 7 => (byte)(most + 1),
        < 12 => (byte)most,
        _ when IsCrowd(op) => 1,
        _ => (byte)_dice.Between(1, Math.Max(1, Math.Min(most, 3))),
    };

    private byte PickGrantThreshold() => _dice.Below(100) switch { < 2 => 0, < 4 => 33, < 6 => 32, _ => (byte)_dice.Between(1, 3) };

    private List<Grant> PickGrants()
    {
        var count = _dice.Below(100) switch { < 97 => _dice.Below(5), 97 => 64, _ => 65 };
        var names = count <= _services.Count ? _dice.Draw(_services, count) : [.. Enumerable.Range(1, count).Select(i => Word.Of((ulong)i))];
        if (count > 1 && _dice.Percent(4))
            names[^1] = names[0];
        return [.. names.Select(PickGrant)];
    }

    private Grant PickGrant(string service)
    {
        var limited = _dice.Percent(50);
        var grant = new Grant(
            service, (byte)_dice.Between(1, 15), _dice.Percent(50), _dice.Percent(50) ? 0 : _model.Now + (ulong)_dice.Below(100_000), limited ? (uint)_dice.Below(100) : 0, limited ? 60U : 0);
        return _dice.Below(100) switch
        {
            0 => grant with { DataClasses = 0 },
            1 => grant with { DataClasses = 16 },
            2 => grant with { ServiceHash = Word.Zero },
            3 => grant with { MaxCalls = 1, PeriodSeconds = 0 },
            4 => grant with { ExpiresAt = 1UL << 56 },
            5 => grant with { ExpiresAt = (1UL << 56) - 1 },
            _ => grant,
        };
    }
}
