using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>Bends one thing of a call that is otherwise as it should be. A bend that finds nothing to bend leaves the call.</summary>
internal sealed class CallBender(Dice dice, Keyring keys, ReferenceRegistry model, CallGenerator make)
{
    public Call Bend(Call call)
    {
        var choices = new List<Func<Call, Call>> { WrongSender, FieldAfterSigning };
        if (call.Approvals.Count > 0)
            choices.AddRange([OneShort, Repeated, AnotherApprover, AnotherApprover, BentStatement, BentStatement, BentAssertion, BentDeadline]);
        if (call is RegistrationCall)
            choices.AddRange([BentProof, BentProof]);
        if (call is RegistrationCall { Attestation: not null })
            choices.Add(BentAttestation);
        if (call is RotateMasterWallet or UpgradeToHumanAnchored)
            choices.Add(BentConsent);
        return dice.Pick(choices)(call);
    }

    private Call WrongSender(Call call) => call with { Sender = dice.Percent(50) ? make.Anyone() : dice.Pick([.. model.WalletsEver.Keys, make.Anyone()]) };

    private Call OneShort(Call call) => IsProposal(call) ? call : call with { Approvals = [.. call.Approvals.Skip(1)] };

    private Call Repeated(Call call) => IsProposal(call) ? call : call with { Approvals = [.. call.Approvals.Take(Math.Max(1, call.Approvals.Count - dice.Below(2))), call.Approvals[0]] };

    /// <summary>Somebody signs who must not: of another operator, revoked, without the role, an agent, the target, nobody at all.</summary>
    private Call AnotherApprover(Call call)
    {
        var operatorOmni = model.OperatorOf(call);
        var masters = model.Devices.Values.Where(d => d.Tier == ReferenceRegistry.Master).ToList();
        var wrong = dice.Below(6) switch
        {
            0 => masters.Where(d => d.Operator != operatorOmni),
            1 => masters.Where(d => d.Operator == operatorOmni && d.Revoked),
            2 => masters.Where(d => d.Operator == operatorOmni && !d.Revoked && (d.Roles & ReferenceRegistry.RoleOf(call.Kind!.Value)) == 0),
            3 => masters.Where(d => d.Hash == TargetOf(call)),
            4 => model.Devices.Values.Where(d => d.Tier == ReferenceRegistry.Agent),
            _ => masters.Where(d => d.Operator == operatorOmni),
        };
        if (dice.PickOrNull([.. wrong]) is not { } device)
            return call;
        var signed = device.Passkey is not null
            ? make.Approve(call, device.Hash)
            : call.Approvals[0] with { Device = dice.Percent(80) ? device.Hash : Word.DeviceHash(make.Anyone()) };
        return Replaced(call, dice.Below(call.Approvals.Count), _ => signed);
    }

    private Call BentStatement(Call call) => Replaced(call, dice.Below(call.Approvals.Count), a =>
    {
        var statement = Bent(a.Assertion.Statement);
        return a with { Assertion = a.Assertion with { Statement = statement } };
    });

    private Call BentAssertion(Call call) => Replaced(call, dice.Below(call.Approvals.Count), a => a with { Assertion = Bent(a.Assertion) });

    /// <summary>A deadline that was not signed.</summary>
    private Call BentDeadline(Call call) => Replaced(call, dice.Below(call.Approvals.Count), a => a with { Deadline = a.Deadline + 1 });

    private Call BentAttestation(Call call)
    {
        var registration = (RegistrationCall)call;
        var attestation = registration.Attestation!;
        return registration with { Attestation = dice.Percent(50) ? Bent(attestation) : attestation with { Statement = Bent(attestation.Statement) } };
    }

    private Call BentProof(Call call)
    {
        var registration = (RegistrationCall)call;
        var (proof, signed) = (registration.Proof!, registration.Proof!.Signed);
        return registration with
        {
            Proof = dice.Below(9) switch
            {
                0 => null,
                1 => proof with { HighS = true },
                2 => proof with { Signer = make.Anyone() },
                3 => proof with { Signed = signed with { Operation = "register-agent" } },
                4 => proof with { Signed = signed with { Operator = Word.Omni(make.Anyone()) } },
                5 => proof with { Signed = signed with { Actor = Word.Omni(make.Anyone()) } },
                6 => proof with { Signed = signed with { Roles = signed.Roles ^ 4 } },
                7 => proof with { Signed = signed with { Tier = 3 - signed.Tier } },
                _ => proof with { Signed = signed with { Deadline = signed.Deadline + 1 } },
            },
        };
    }

    private Call BentConsent(Call call) => call switch
    {
        RotateMasterWallet c => c with { Consent = Bent(c.Consent) },
        UpgradeToHumanAnchored c => c with { Consent = Bent(c.Consent) },
        _ => call,
    };

    private ConsentProof? Bent(ConsentProof? consent) => consent is null ? null : dice.Below(5) switch
    {
        0 => null,
        1 => consent with { Signer = make.Anyone() },
        2 => consent with { Signed = consent.Signed with { Operation = "register-first-master" } },
        3 => consent with { Signed = consent.Signed with { Operator = Word.Omni(make.Anyone()) } },
        _ => consent with { Signed = consent.Signed with { Deadline = consent.Signed.Deadline + 1 } },
    };

    private Statement Bent(Statement s) => dice.Below(9) switch
    {
        0 => s with { Operation = "set-scopes" },
        1 => s with { Contract = s.Contract == Call.Registry ? Call.Scope : Call.Registry },
        2 => s with { Operator = dice.Pick([.. model.Operators.Keys]) },
        3 => s with { Nonce = s.Nonce with { Counter = s.Nonce.Counter + 1 } },
        4 => s with { Nonce = s.Nonce with { Counter = s.Nonce.Counter - (s.Nonce.Counter > 0 ? 1UL : 0) } },
        5 => s with { Nonce = s.Nonce with { Voids = s.Nonce.Voids + 1 } },
        6 => s with { Deadline = s.Deadline + 1 },
        7 => s with { ChainId = s.ChainId + 1 },
        _ => s with { Fields = Word.Of(dice.Next()) + s.Fields[Math.Min(64, s.Fields.Length)..] },
    };

    private Assertion Bent(Assertion a)
    {
        switch (dice.Below(9))
        {
            case 0:
                var other = keys.NewPasskey(0, -1);
                return a with { X = other.X, Y = other.Y };
            case 1:
                return a with { RpIdHash = Keyring.RpIdHashes.First(h => h != a.RpIdHash) };
            case 2:
                return a with { OriginHash = Keyring.OriginHashes.First(h => h != a.OriginHash) };
            default:
                return a with { Flaw = (AssertionFlaw)dice.Between(1, (int)AssertionFlaw.SignatureInvalid) };
        }
    }

    /// <summary>What everybody signed is not what the call says.</summary>
    private Call FieldAfterSigning(Call call)
    {
        var (word, account) = (Word.DeviceHash(make.Anyone()), make.Anyone());
        return call switch
        {
            RegisterFirstMaster c => dice.Percent(50) ? c with { Relay = account } : c with { Deadline = c.Deadline - 1 },
            RegisterAgentRooted c => dice.Percent(50) ? c with { Device = word } : c with { Deadline = c.Deadline - 1 },
            UpgradeToHumanAnchored c => dice.Percent(50) ? c with { Relay = account } : c with { NewWallet = account },
            RegisterAdditionalMaster c => dice.Below(6) switch
            {
                0 => c with { Roles = (byte)(c.Roles ^ 4) },
                1 => c with { RecoveryThreshold = (byte)(c.RecoveryThreshold == 1 ? 2 : 1) },
                2 => c with { GrantThreshold = (byte)(c.GrantThreshold ^ 1) },
                3 => c with { Passkey = c.Passkey with { CredIdHash = word } },
                4 => c with { Passkey = c.Passkey with { OriginHash = Word.Zero } },
                _ => c with { Operator = dice.Pick([.. model.Operators.Keys]) },
            },
            SetDeviceRoles c => c with { Roles = (byte)(c.Roles ^ 1) },
            SetRecoveryThreshold c => c with { Threshold = (byte)(c.Threshold == 1 ? 2 : 1) },
            SetGrantThreshold c => c with { Threshold = (byte)(c.Threshold ^ 1) },
            RotateMasterWallet c => dice.Percent(50) ? c with { NewWallet = account } : c with { Deadline = c.Deadline - 1 },
            RevokeMasterDevice c => dice.Percent(50) ? c with { Since = c.Since ^ 1 } : c with { Target = dice.Pick([.. model.Devices.Keys]) },
            SetCompromisedSince c => c with { Since = c.Since ^ 1 },
            SetAuditRelay c => c with { Relay = account },
            RegisterAgentDevice c => c with { Actor = dice.Pick([.. model.Actors.Keys, word]) },
            RevokeAgentDevice c => c with { Device = dice.Pick([.. model.Devices.Keys, word]) },
            SetScope c => dice.Percent(50) ? c with { Generation = c.Generation + 1 } : c with { Grants = [.. c.Grants.Skip(1)] },
            RevokeScope c => c with { Actor = dice.Pick([.. model.Actors.Keys]) },
            ProposeRecovery c => dice.Percent(50) ? c with { Since = c.Since ^ 1 } : c with { Target = dice.Pick([.. model.Devices.Keys]) },
            CancelRecovery c => c with { Proposer = dice.Pick([.. model.Devices.Keys]) },
            WithdrawRecovery c => c with { Proposer = dice.Pick([.. model.Devices.Keys]) },
            ConsumeApprovals c => dice.Percent(50) ? c with { ForeignKind = (ApprovalKind)(3 - (int)c.ForeignKind) } : c with { ForeignOperation = "x" },
            _ => call,
        };
    }

    private static string? TargetOf(Call call) => call switch
    {
        RevokeMasterDevice c => c.Target,
        SetCompromisedSince c => c.Target,
        ProposeRecovery c => c.Target,
        CancelRecovery c => c.Proposer,
        SetDeviceRoles c => c.Device,
        _ => null,
    };

    private static bool IsProposal(Call call) => call.Contract == Call.Proposals;

    private static Call Replaced(Call call, int at, Func<Approval, Approval> how) =>
        call with { Approvals = [.. call.Approvals.Select((a, i) => i == at ? how(a) : a)] };
}
