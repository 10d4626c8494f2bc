using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>
/// Makes the next call of a run by throwing dice over the model's state: most are what an honest operator would send, about a third
/// are bent in one way, some are kept for later or sent twice. What is right or wrong about a call is for model and contracts to say.
/// </summary>
internal sealed partial class CallGenerator
{
    private readonly Dice _dice;
    private readonly Keyring _keys;
    private readonly ReferenceRegistry _model;
    private readonly CallBender _bender;
    private readonly List<string> _outsiders;
    private readonly List<string> _services;
    private readonly List<Call> _held = [];
    private readonly List<Call> _sent = [];
    private readonly List<(int Weight, Func<Call?> Make)> _makers;

    public CallGenerator(Dice dice, Keyring keys, ReferenceRegistry model)
    {
        (_dice, _keys, _model) = (dice, keys, model);
        _outsiders = [.. Enumerable.Range(0, 4).Select(_ => keys.NewAccount())];
        _services = [.. Enumerable.Range(1, 6).Select(i => Word.DeviceHash(Word.OfAddress(i.ToString("x", null))[24..]))];
        _bender = new CallBender(dice, keys, model, this);
        _makers =
        [
            (4, FirstMaster), (3, AgentRooted), (4, Upgrade), (14, AdditionalMaster), (8, DeviceRoles), (4, RecoveryThreshold), (5, GrantThreshold),
            (4, Rotate), (6, RevokeMaster), (4, CompromisedSince), (3, Void), (4, Relay), (11, AgentDevice), (5, RevokeAgent), (11, Scope),
            (4, NoScope), (11, Propose), (4, Cancel), (2, Withdraw), (9, Execute), (5, Consume), (1, EvictDirectly), (2, Epochs),
        ];
    }

    /// <summary>A call at the model's current time.</summary>
    public Call Next()
    {
        if (_held.Count > 0 && _dice.Percent(7))
            return TakeHeld();
        if (_sent.Count > 0 && _dice.Percent(3))
            return _dice.Pick(_sent);
        if (AtEdge() is { } proposer && _dice.Percent(15))
            return new ExecuteRecovery(Anyone(), proposer);
        var call = Honest();
        if (_dice.Percent(35))
            call = _bender.Bend(call);
        if (_held.Count < 20 && _dice.Percent(7))
        {
            _held.Add(call);
            return Next();
        }

        if (_sent.Count < 50)
            _sent.Add(call);
        else
            _sent[_dice.Below(50)] = call;
        return call;
    }

    /// <summary>Time of the next block: most often a little later, else just at or beside a moment at which a rule turns.</summary>
    public ulong NextTime()
    {
        var now = _model.Now;
        var live = _model.Open.Values.Where(p => !_model.IsVoid(p)).ToList();
        var opens = Around(live.Select(p => p.ProposedAt + _model.Delay));
        var ends = Around(live.Select(p => p.ProposedAt + _model.Delay + ReferenceRegistry.Week));
        var deadlines = Around(_held.SelectMany(h => h.Approvals).Select(a => a.Deadline));
        return _dice.Below(100) switch
        {
            < 55 => now + 1,
            < 65 => now + (ulong)_dice.Between(2, 600),
            < 80 when opens.Count > 0 => _dice.Pick(opens),
            < 90 when ends.Count > 0 => _dice.Pick(ends),
            < 95 when deadlines.Count > 0 => _dice.Pick(deadlines),
            < 97 => now + (ulong)_dice.Between(3600, 3 * 24 * 3600),
            _ => now + 1,
        };
    }

    /// <summary>Proposer of a proposal that may be executed from this second on, or up to it, or that was so a second ago.</summary>
    private string? AtEdge() => _dice.PickOrNull(
    [
        .. _model.Open.Where(p => !_model.IsVoid(p.Value) && (_model.Now - p.Value.ProposedAt) is var age
            && (age + 1 == _model.Delay || age == _model.Delay || age == _model.Delay + ReferenceRegistry.Week || age == _model.Delay + ReferenceRegistry.Week + 1)).Select(p => p.Key),
    ]);

    private List<ulong> Around(IEnumerable<ulong> moments) =>
        [.. moments.SelectMany(t => new[] { t - 1, t, t, t + 1 }).Where(t => t > _model.Now && t < _model.Now + 3 * ReferenceRegistry.Week)];

    public ulong PickDeadline() => _model.Now + _dice.Below(100) switch
    {
        < 60 => 3600UL,
        < 72 => 0UL,
        < 84 => ReferenceRegistry.Week,
        < 96 => (ulong)_dice.Below((int)ReferenceRegistry.Week),
        < 98 => ReferenceRegistry.Week + 1,
        _ => ulong.MaxValue, // wraps: one second ago
    };

    public string Anyone() => _dice.Pick(_outsiders);

    public Approval Approve(Call call, string device)
    {
        var deadline = PickDeadline();
        return new Approval(device, deadline, Assert(_model.Devices[device].Passkey!, _model.StatementFor(call, device, deadline)));
    }

    public Assertion Assert(ModelPasskey passkey, Statement statement) => new(
        passkey.X, _keys.Passkey(passkey.X).Y.ToBareHex(), passkey.RpIdHash,
        passkey.OriginHash == Word.Zero ? _dice.Pick(Keyring.OriginHashes) : passkey.OriginHash, statement);

    public List<string> Masters(string operatorOmni, byte role) =>
        [.. _model.ActiveMasters(operatorOmni).Where(d => (d.Roles & role) != 0).Select(d => d.Hash)];

    private Call TakeHeld()
    {
        var at = _dice.Below(_held.Count);
        var call = _held[at];
        _held.RemoveAt(at);
        return call;
    }

    private Call Honest()
    {
        var sum = _makers.Sum(m => m.Weight);
        while (true)
        {
            var throwOf = _dice.Below(sum);
            foreach (var (weight, make) in _makers)
            {
                throwOf -= weight;
                if (throwOf >= 0)
                    continue;
                if (make() is { } call)
                    return call;
                break;
            }
        }
    }

    private T Approved<T>(T call, string? never = null)
        where T : Call
    {
        var op = _model.Operators[_model.OperatorOf(call)!];
        var kind = call.Kind!.Value;
        var eligible = Masters(op.Omni, ReferenceRegistry.RoleOf(kind)).Where(d => d != never);
        var count = ReferenceRegistry.Needed(kind, op) + (_dice.Percent(8) && call.Contract != Call.Proposals ? 1 : 0);
        return (T)(call with { Approvals = [.. _dice.Draw(eligible, count).Select(d => Approve(call, d))] });
    }

    private T Registered<T>(T call, string address, string operatorOmni, string actor, int tier, int roles, ModelPasskey? passkey)
        where T : RegistrationCall
    {
        var proof = new DeviceProof(address, new Registration(call.Operation, operatorOmni, actor, tier, roles, passkey?.Words ?? "", call.Deadline));
        return (T)(call with { Proof = proof, Attestation = passkey is null ? null : Assert(passkey, _model.AttestationFor(call)) });
    }

    private ConsentProof? Consent(Call call, string operatorOmni, string wallet, ulong deadline) =>
        wallet == call.Sender && _dice.Percent(70) ? null : new ConsentProof(wallet, new Consent(call.Operation, operatorOmni, wallet, deadline));

    /// <summary>Operators with masters: the first ones again and again, the newest ones, now and then any.</summary>
    private ModelOperator? Anchored() => Choose(ModelTier.HumanAnchored);

    private ModelOperator? Rooted() => Choose(ModelTier.AgentRooted);

    private ModelOperator? Choose(ModelTier tier)
    {
        var all = _model.Operators.Values.Where(o => o.Tier == tier).ToList();
        return all.Count == 0 ? null : _dice.Below(10) switch
        {
            < 4 => _dice.Pick([.. all.Take(3)]),
            < 8 => _dice.Pick([.. all.TakeLast(4)]),
            _ => _dice.Pick(all),
        };
    }

    private string NewDevice() => _dice.Below(100) switch
    {
        < 2 when _model.Devices.Count > 0 => _keys.AddressOfDevice(_dice.Pick([.. _model.Devices.Keys])),
        < 4 when _model.WalletsEver.Count > 0 => _dice.Pick([.. _model.WalletsEver.Keys]),
        _ => _keys.NewAccount(),
    };

    private string NewWallet() => NewDevice();

    private ModelPasskey NewPasskey()
    {
        var used = _model.Devices.Values.Where(d => d.Passkey is not null).Select(d => d.Passkey!).ToList();
        var passkey = _dice.Below(100) < 8 && used.Count > 0 ? _dice.Pick(used) : _keys.NewPasskey(_dice.Below(2), _dice.Below(3) - 1);
        return _dice.Percent(2) ? passkey with { Y = passkey.Y[..^1] + (passkey.Y[^1] == '0' ? '1' : '0') } : passkey;
    }

    private ulong Since(ModelDevice target) => _dice.Below(100) switch
    {
        < 25 => 0,
        < 45 => ReferenceRegistry.LostNotCompromised,
        < 55 => target.RegisteredAt,
        < 65 => _model.Now,
        < 94 => target.RegisteredAt + (ulong)_dice.Below((int)(_model.Now - target.RegisteredAt) + 1),
        < 97 => target.RegisteredAt - 1,
        _ => _model.Now + 1,
    };
}
