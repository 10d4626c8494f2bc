namespace AgentKeys.Testing.Reference;

/// <summary>Rows that register a device, and what SPEC section 3.3 asks of them.</summary>
public sealed partial class ReferenceRegistry
{
    private const byte AllRoles = CapMint | Recovery | ScopeMgmt;

    private Action? Judge(RegisterFirstMaster call)
    {
        var omni = Word.Omni(call.Sender);
        CheckNewWallet(call.Sender);
        CheckNewDevice(call, new Registration(call.Operation, omni, omni, Master, AllRoles, call.Passkey.Words, call.Deadline), call.Sender);
        CheckAssertion(call.Attestation, call.Passkey, AttestationFor(call));
        return () =>
        {
            Actors[omni] = omni;
            Operators[omni] = new ModelOperator(omni, Now);
            Anchor(Operators[omni], call.Sender, call.Device, call.Passkey, call.Relay);
        };
    }

    private Action? Judge(RegisterAgentRooted call)
    {
        var omni = OperatorOfWallet(call.Sender) ?? Word.Omni(call.Sender);
        var again = Operators.GetValueOrDefault(omni) is { Tier: ModelTier.AgentRooted };
        if (again)
            Rule(RootedDevice(omni) is null, Refusal.RootedDeviceActive);
        else
            CheckNewWallet(call.Sender);
        CheckNewDevice(call, new Registration(call.Operation, omni, omni, Agent, CapMint, "", call.Deadline), call.Sender);
        return () =>
        {
            var op = Operators.TryGetValue(omni, out var known) ? known : Operators[omni] = new ModelOperator(omni, Now);
            (op.Tier, op.Wallet, op.Relay) = (ModelTier.AgentRooted, call.Sender, call.Relay);
            Actors[omni] = omni;
            _walletsEver[call.Sender] = omni;
            AddDevice(new ModelDevice(call.Device, omni, omni, Agent, CapMint, Now));
        };
    }

    private Action? Judge(UpgradeToHumanAnchored call)
    {
        if (OperatorOfWallet(call.Sender) is not { } omni || Operators[omni].Tier != ModelTier.AgentRooted)
        {
            Rule(false, Refusal.NotAgentRooted);
            return null;
        }

        if (call.NewWallet != call.Sender)
            CheckConsent(call, omni, call.NewWallet, call.Deadline, call.Consent);
        CheckNewDevice(call, new Registration(call.Operation, omni, omni, Master, AllRoles, call.Passkey.Words, call.Deadline), call.NewWallet);
        CheckAssertion(call.Attestation, call.Passkey, AttestationFor(call));
        return () =>
        {
            if (RootedDevice(omni) is { } rooted)
                rooted.RevokedAt = Now;
            Anchor(Operators[omni], call.NewWallet, call.Device, call.Passkey, call.Relay);
        };
    }

    private Action? Judge(RegisterAdditionalMaster call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        Rule(call.Roles is >= 1 and <= 7, Refusal.RolesInvalid);
        CheckRecoveryThreshold(call.RecoveryThreshold, CountActive(op.Omni, Recovery) + Has(call.Roles, Recovery));
        CheckGrantThreshold(call.GrantThreshold);
        Rule(ActiveMasters(op.Omni).Count() < MostMasters, Refusal.TooManyMasters);
        Rule(!_passkeys.Contains((op.Omni, call.Passkey.X, call.Passkey.Y)), Refusal.PasskeyUsed);
        CheckNewDevice(call, new Registration(call.Operation, op.Omni, op.Omni, Master, call.Roles, call.Passkey.Words, call.Deadline), null);
        CheckAssertion(call.Attestation, call.Passkey, AttestationFor(call));
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            AddMaster(op, call.Device, call.Passkey, call.Roles);
            (op.RecoveryThreshold, op.GrantThreshold) = (call.RecoveryThreshold, call.GrantThreshold);
        };
    }

    private Action? Judge(RegisterAgentDevice call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        Rule(!Operators.ContainsKey(call.Actor), Refusal.ActorIsOperator);
        if (Actors.TryGetValue(call.Actor, out var owner))
            Rule(owner == op.Omni, Refusal.ActorForeign);
        else
            Rule(call.Proof is not null && call.Actor == Word.Omni(call.Proof.Signer), Refusal.ActorNotOfDevice);
        CheckNewDevice(call, new Registration(call.Operation, op.Omni, call.Actor, Agent, CapMint, "", call.Deadline), null);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            Actors[call.Actor] = op.Omni;
            AddDevice(new ModelDevice(call.Device, op.Omni, call.Actor, Agent, CapMint, Now) { Approvers = FirstTwo(call) });
        };
    }

    /// <summary>The new K10's signature, and that key and address are new.</summary>
    /// <param name="walletOfThisCall">An address that this call makes a wallet, or null.</param>
    private void CheckNewDevice(RegistrationCall call, Registration expected, string? walletOfThisCall)
    {
        Rule(!Devices.ContainsKey(call.Device), Refusal.DeviceKnown);
        var proof = call.Proof;
        if (!Rule(proof is { HighS: false } && proof.Signed == expected && Word.DeviceHash(proof.Signer) == call.Device, Refusal.DeviceSignature))
            return;
        Rule(!_walletsEver.ContainsKey(proof!.Signer) && proof.Signer != walletOfThisCall, Refusal.AddressIsWallet);
    }

    private void CheckNewWallet(string wallet)
    {
        Rule(!_walletsEver.ContainsKey(wallet), Refusal.WalletUsed);
        Rule(!Devices.ContainsKey(Word.DeviceHash(wallet)), Refusal.AddressIsDevice);
    }

    /// <summary>A new wallet, and that it wants to be one: by its signature, or by sending the call.</summary>
    private void CheckConsent(Call call, string operatorOmni, string wallet, ulong deadline, ConsentProof? consent)
    {
        CheckNewWallet(wallet);
        if (wallet != call.Sender)
            Rule(consent is not null && consent.Signer == wallet && consent.Signed == new Consent(call.Operation, operatorOmni, wallet, deadline), Refusal.WalletConsent);
    }

    private void Anchor(ModelOperator op, string wallet, string device, ModelPasskey passkey, string relay)
    {
        (op.Tier, op.Wallet, op.Relay, op.RecoveryThreshold, op.GrantThreshold) = (ModelTier.HumanAnchored, wallet, relay, 1, 1);
        _walletsEver[wallet] = op.Omni;
        AddMaster(op, device, passkey, AllRoles);
    }

    private void AddMaster(ModelOperator op, string device, ModelPasskey passkey, byte roles)
    {
        AddDevice(new ModelDevice(device, op.Omni, op.Omni, Master, roles, Now) { Passkey = passkey });
        _passkeys.Add((op.Omni, passkey.X, passkey.Y));
    }

    private void AddDevice(ModelDevice device)
    {
        Devices[device.Hash] = device;
        Operators[device.Operator].Devices.Add(device);
    }

    private ModelDevice? RootedDevice(string omni) =>
        Operators[omni].Devices.SingleOrDefault(d => d.Actor == omni && d is { Tier: Agent, Revoked: false });
}
