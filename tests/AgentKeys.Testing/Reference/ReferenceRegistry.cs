namespace AgentKeys.Testing.Reference;

/// <summary>
/// The registry, scopes, recovery proposals and epochs as SPEC section 3 says them: plain tables and one method for each row, written
/// from that page alone and never from the Solidity. A call breaks no rule and takes effect, or breaks some and changes nothing.
/// </summary>
/// <param name="delay">Of recovery proposals, in seconds.</param>
/// <param name="governance">Who may advance the epoch, an address.</param>
public sealed partial class ReferenceRegistry(ulong delay, string governance)
{
    public const int Master = 1;
    public const int Agent = 2;
    public const byte CapMint = 1;
    public const byte Recovery = 2;
    public const byte ScopeMgmt = 4;
    public const ulong LostNotCompromised = ulong.MaxValue;
    public const ulong Week = 7 * 24 * 3600;
    public const int MostMasters = 32;
    public const int MostGrants = 64;

    private readonly HashSet<Refusal> _broken = [];
    private readonly HashSet<(string Operator, string X, string Y)> _passkeys = [];
    private readonly Dictionary<string, string> _walletsEver = [];
    private readonly Dictionary<(string Device, string Contract), ulong> _approvalNonces = [];
    private readonly Dictionary<(string Operator, string Contract), ulong> _recoveryNonces = [];
    private readonly Dictionary<string, ulong> _voids = [];

    /// <summary>This block's time.</summary>
    public ulong Now { get; set; }

    public ulong Delay { get; } = delay;

    public Dictionary<string, ModelOperator> Operators { get; } = [];

    /// <summary>By device key hash.</summary>
    public Dictionary<string, ModelDevice> Devices { get; } = [];

    /// <summary>Operator of each actor; an operator is its own.</summary>
    public Dictionary<string, string> Actors { get; } = [];

    public Dictionary<string, ModelScope> Scopes { get; } = [];

    /// <summary>By proposer.</summary>
    public Dictionary<string, ModelProposal> Open { get; } = [];

    public ulong Epoch { get; private set; } = 1;

    public string Governance { get; private set; } = governance;

    public string PendingGovernance { get; private set; } = Word.ZeroAddress;

    /// <summary>Whether every rule of the last call's row could be asked; not where it is about something that does not exist.</summary>
    public bool JudgedWhole { get; private set; }

    /// <summary>Every wallet that is or was an operator's, with its operator.</summary>
    public IReadOnlyDictionary<string, string> WalletsEver => _walletsEver;

    /// <summary>The rules that the call breaks; none: it has taken effect.</summary>
    public IReadOnlySet<Refusal> Apply(Call call)
    {
        _broken.Clear();
        CheckShape(call);
        var effect = Judge(call);
        JudgedWhole = effect is not null;
        if (_broken.Count > 0)
            return _broken.ToHashSet();
        (effect ?? throw new InvalidOperationException($"{call.GetType().Name} breaks no rule and has no effect."))();
        return new HashSet<Refusal>();
    }

    public ulong ApprovalNonce(string device, string contract) => _approvalNonces.GetValueOrDefault((device, contract));

    public ulong RecoveryNonce(string operatorOmni, string contract) => _recoveryNonces.GetValueOrDefault((operatorOmni, contract));

    public ulong Voids(string device) => _voids.GetValueOrDefault(device);

    public IEnumerable<ModelDevice> ActiveMasters(string operatorOmni) =>
        Operators[operatorOmni].Devices.Where(d => d.IsActiveMaster);

    public int CountActive(string operatorOmni, byte role) => ActiveMasters(operatorOmni).Count(d => (d.Roles & role) != 0);

    /// <summary>The omni whose CURRENT wallet this is, or null.</summary>
    public string? OperatorOfWallet(string wallet) =>
        _walletsEver.TryGetValue(wallet, out var omni) && Operators[omni].Wallet == wallet ? omni : null;

    /// <summary>Whether one of these approvers was compromised when it approved.</summary>
    public bool ApproverRevoked(IReadOnlyList<string> approvers, ulong approvedAt) =>
        approvers.Any(a => Devices[a] is { Revoked: true } d && d.CompromisedSince <= approvedAt);

    private Action? Judge(Call call) => call switch
    {
        RegisterFirstMaster c => Judge(c),
        RegisterAgentRooted c => Judge(c),
        UpgradeToHumanAnchored c => Judge(c),
        RegisterAdditionalMaster c => Judge(c),
        SetDeviceRoles c => Judge(c),
        SetRecoveryThreshold c => Judge(c),
        SetGrantThreshold c => Judge(c),
        RotateMasterWallet c => Judge(c),
        RevokeMasterDevice c => Judge(c),
        SetCompromisedSince c => Judge(c),
        VoidApprovals c => Judge(c),
        SetAuditRelay c => Judge(c),
        RegisterAgentDevice c => Judge(c),
        RevokeAgentDevice c => Judge(c),
        SetScope c => Judge(c),
        RevokeScope c => Judge(c),
        ProposeRecovery c => Judge(c),
        CancelRecovery c => Judge(c),
        WithdrawRecovery c => Judge(c),
        ExecuteRecovery c => Judge(c),
        Evict => Nobody(),
        ConsumeApprovals c => Judge(c),
        EpochCall c => Judge(c),
        _ => throw new ArgumentException($"No such call: {call.GetType().Name}.", nameof(call)),
    };

    /// <summary>What can be said of any call, whatever it is about: a call about nothing may be refused for these too.</summary>
    private void CheckShape(Call call)
    {
        if (call is RegistrationCall { Deadline: var registration })
            CheckDeadline(registration);
        if (call is RotateMasterWallet { Deadline: var consent })
            CheckDeadline(consent);
        Rule(call.Approvals.Select(a => a.Device).Distinct().Count() == call.Approvals.Count, Refusal.ApproverRepeated);
        foreach (var approval in call.Approvals)
        {
            CheckDeadline(approval.Deadline);
            Rule(Devices.GetValueOrDefault(approval.Device) is { IsActiveMaster: true }, Refusal.ApproverNotMaster);
        }
    }

    /// <summary>Remembers a broken rule; says whether it was kept.</summary>
    private bool Rule(bool kept, Refusal otherwise)
    {
        if (!kept)
            _broken.Add(otherwise);
        return kept;
    }

    /// <summary>Nobody may: no row of the table.</summary>
    private Action Nobody()
    {
        Rule(false, Refusal.NotAnOperation);
        return () => { };
    }

    private void CheckDeadline(ulong deadline)
    {
        Rule(deadline >= Now, Refusal.DeadlinePast);
        Rule(deadline <= Now + Week, Refusal.DeadlineTooFar);
    }

    private ModelOperator? FindOperator(string omni)
    {
        var found = Operators.GetValueOrDefault(omni);
        Rule(found is not null, Refusal.UnknownOperator);
        return found;
    }

    private ModelDevice? FindActiveMaster(string hash)
    {
        var found = Devices.GetValueOrDefault(hash);
        return Rule(found is { IsActiveMaster: true }, Refusal.NoSuchMaster) ? found : null;
    }

    private void CheckRecoveryThreshold(int threshold, int recoveryMasters) =>
        Rule(threshold >= 1 && threshold <= recoveryMasters, Refusal.RecoveryThresholdInvalid);

    private void CheckGrantThreshold(int threshold) => Rule(threshold is >= 1 and <= 32, Refusal.GrantThresholdInvalid);

    private void CheckCompromisedSince(ulong since, ModelDevice target) =>
        Rule(since is 0 or LostNotCompromised || (since >= target.RegisteredAt && since <= Now), Refusal.CompromisedSinceInvalid);

    private static int Has(byte roles, byte role) => (roles & role) != 0 ? 1 : 0;

    private Action? Judge(EpochCall call)
    {
        Rule(call.Sender == (call is AcceptGovernance ? PendingGovernance : Governance), Refusal.NotGovernance);
        return call switch
        {
            AdvanceEpoch => () => Epoch++,
            TransferGovernance t => () => PendingGovernance = t.To,
            _ => () => (Governance, PendingGovernance) = (PendingGovernance, Word.ZeroAddress),
        };
    }
}
