using System.Numerics;
using System.Text;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Reference;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>
/// The bytes of a call: really signed by the keys that the model's records name. Challenges and EIP-712 digests are put together here
/// from SPEC section 3, not with the product's code; only the outer ABI encoding is the product's.
/// </summary>
/// <param name="addresses">Of <see cref="Call.Registry"/>, <see cref="Call.Scope"/>, <see cref="Call.Proposals"/> and <see cref="Call.Epochs"/>.</param>
internal sealed class CallEncoder(Keyring keys, IReadOnlyDictionary<string, string> addresses)
{
    private static readonly BigInteger CurveOrder =
        BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber, null);

    public string AddressOf(string contract) => addresses.GetValueOrDefault(contract) ?? contract;

    /// <summary>Where the call goes, and its calldata.</summary>
    public (string To, byte[] Data) Encode(Call call) => call switch
    {
        RegisterFirstMaster c => Registry("registerFirstMasterDevice", Bytes(c.Device), Passkey(c.Passkey), Account(c.Relay), c.Deadline, Sign(c.Proof), Attest(c)),
        RegisterAgentRooted c => Registry("registerAgentRooted", Bytes(c.Device), Account(c.Relay), c.Deadline, Sign(c.Proof)),
        UpgradeToHumanAnchored c => Registry(
            "upgradeToHumanAnchored", Account(c.NewWallet), Bytes(c.Device), Passkey(c.Passkey), Account(c.Relay), c.Deadline, Sign(c.Consent), Sign(c.Proof), Attest(c)),
        RegisterAdditionalMaster c => Registry(
            "registerAdditionalMasterDevice", Bytes(c.Device), Bytes(c.Operator), Passkey(c.Passkey), c.Roles, c.RecoveryThreshold, c.GrantThreshold, c.Deadline,
            Sign(c.Proof), Attest(c), Approvals(c)),
        SetDeviceRoles c => Registry("setDeviceRoles", Bytes(c.Device), c.Roles, Approvals(c)),
        SetRecoveryThreshold c => Registry("setRecoveryThreshold", Bytes(c.Operator), c.Threshold, Approvals(c)),
        SetGrantThreshold c => Registry("setGrantThreshold", Bytes(c.Operator), c.Threshold, Approvals(c)),
        RotateMasterWallet c => Registry("rotateMasterWallet", Bytes(c.Operator), Account(c.NewWallet), c.Deadline, Sign(c.Consent), Approvals(c)),
        RevokeMasterDevice c => Registry("revokeMasterDevice", Bytes(c.Target), c.Since, Approvals(c)),
        SetCompromisedSince c => Registry("setCompromisedSince", Bytes(c.Target), c.Since, Approvals(c)),
        VoidApprovals c => Registry("voidApprovals", Bytes(c.Device), Approvals(c)),
        SetAuditRelay c => Registry("setAuditRelay", Bytes(c.Operator), Account(c.Relay), Approvals(c)),
        RegisterAgentDevice c => Registry("registerAgentDevice", Bytes(c.Device), Bytes(c.Operator), Bytes(c.Actor), c.Deadline, Sign(c.Proof), Approvals(c)),
        RevokeAgentDevice c => Registry("revokeAgentDevice", Bytes(c.Device), Approvals(c)),
        ConsumeApprovals c => Registry(
            "consumeApprovals", Operation(c.Operation), Bytes(c.Operator), Keccak256.Hash(Bytes(c.Fields)), (byte)c.ForeignKind, Approvals(c)),
        Evict c => Registry("evict", Bytes(c.Proposer), Bytes(c.Target), c.Since, c.RecoveryNonce),
        SetScope c => Of(Call.Scope, ContractNames.AgentKeysScope, "setScopeWithWebauthn", Bytes(c.Operator), Bytes(c.Actor), c.Generation, Grants(c.Grants), Approvals(c)),
        RevokeScope c => Of(Call.Scope, ContractNames.AgentKeysScope, "revokeScope", Bytes(c.Operator), Bytes(c.Actor), Approvals(c)),
        ProposeRecovery c => Proposals("proposeRecovery", Bytes(c.Operator), Bytes(c.Target), c.Since, Approvals(c)[0]),
        CancelRecovery c => Proposals("cancelRecovery", Bytes(c.Proposer), Approvals(c)[0]),
        WithdrawRecovery c => Proposals("withdrawRecovery", Bytes(c.Proposer), Approvals(c)[0]),
        ExecuteRecovery c => Proposals("executeRecovery", Bytes(c.Proposer)),
        AdvanceEpoch => Of(Call.Epochs, ContractNames.K3EpochCounter, "advanceEpoch"),
        TransferGovernance c => Of(Call.Epochs, ContractNames.K3EpochCounter, "transferGovernance", Account(c.To)),
        AcceptGovernance => Of(Call.Epochs, ContractNames.K3EpochCounter, "acceptGovernance"),
        _ => throw new ArgumentException($"No such call: {call.GetType().Name}.", nameof(call)),
    };

    public static Address Account(string address) => Address.FromBytes(Bytes(address));

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private (string To, byte[] Data) Registry(string function, params ReadOnlySpan<object?> arguments) =>
        Of(Call.Registry, ContractNames.SidecarRegistry, function, arguments);

    private (string To, byte[] Data) Proposals(string function, params ReadOnlySpan<object?> arguments) =>
        Of(Call.Proposals, "RecoveryProposals", function, arguments);

    private (string To, byte[] Data) Of(string contract, string artifact, string function, params ReadOnlySpan<object?> arguments) =>
        (addresses[contract], ContractArtifacts.Get(artifact).Abi.Function(function).Encode(arguments));

    private static byte[] Operation(string name) => Keccak256.Hash(Encoding.ASCII.GetBytes("agentkeys:v1:" + name));

    private static object[] Passkey(ModelPasskey p) => [Bytes(p.CredIdHash), Bytes(p.X), Bytes(p.Y), Bytes(p.RpIdHash), Bytes(p.OriginHash)];

    private static object[] Grants(IReadOnlyList<Grant> grants) =>
        [.. grants.Select(g => (object)(object[])[Bytes(g.ServiceHash), g.DataClasses, g.ReadOnly, g.ExpiresAt, g.MaxCalls, g.PeriodSeconds])];

    private object[] Approvals(Call call) =>
        [.. call.Approvals.Select(a => (object)(object[])[Bytes(a.Device), a.Deadline, .. Assert(a.Assertion)])];

    private object[] Attest(RegistrationCall call) => Assert(call.Attestation!);

    private byte[] Challenge(Statement s) => Keccak256.Hash(
    [
        .. Operation(s.Operation), .. Bytes(Word.Of(s.ChainId)), .. Bytes(Word.OfAddress(AddressOf(s.Contract))), .. Bytes(s.Operator),
        .. Bytes(s.Nonce.ToWord()), .. Bytes(Word.Of(s.Deadline)), .. Keccak256.Hash(Bytes(s.Fields)),
    ]);

    private object[] Assert(Assertion a)
    {
        var origin = Keyring.OriginHashes.ToList().IndexOf(a.OriginHash);
        var options = Bend(a.Flaw) with { RpId = Keyring.RpIds[Keyring.RpIdHashes.ToList().IndexOf(a.RpIdHash)] };
        var signed = keys.Passkey(a.X).Assert(new Bytes32(Challenge(a.Statement)), Keyring.Origins[origin], options);
        var s = signed.S.ToArray();
        if (a.Flaw == AssertionFlaw.SignatureInvalid)
            s[31] ^= 1;
        ClientDataScanner.Scan(signed.ClientDataJson, out var members);
        return
        [
            signed.AuthenticatorData, signed.ClientDataJson, members.Type!.Value.KeyIndex, members.Challenge!.Value.KeyIndex, members.Origin!.Value.KeyIndex,
            signed.R.ToArray(), s,
        ];
    }

    private static AssertionOptions Bend(AssertionFlaw flaw) => flaw switch
    {
        AssertionFlaw.UserNotPresent => new() { Flags = AuthenticatorFlags.UserVerified },
        AssertionFlaw.UserNotVerified => new() { Flags = AuthenticatorFlags.UserPresent },
        AssertionFlaw.BackupStateInvalid => new() { Flags = (AuthenticatorFlags)0x15 },
        AssertionFlaw.TypeMismatch => new() { Type = "webauthn.create" },
        AssertionFlaw.CrossOrigin => new() { CrossOrigin = "true" },
        _ => AssertionOptions.Honest,
    };

    private byte[] Sign(DeviceProof? proof)
    {
        if (proof is null)
            return [];
        var r = proof.Signed;
        var passkey = r.Passkey.Length == 0 ? Word.Zero : Convert.ToHexStringLower(Keccak256.Hash(Bytes(r.Passkey)));
        return Sign(
            proof.Signer, proof.HighS,
            "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)",
            r.Operation, r.Operator + r.Actor + Word.Of((ulong)r.Tier) + Word.Of((ulong)r.Roles) + passkey + Word.Of(r.Deadline));
    }

    private byte[] Sign(ConsentProof? consent) => consent is null
        ? []
        : Sign(
            consent.Signer, false, "WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)",
            consent.Signed.Operation, consent.Signed.Operator + Word.OfAddress(consent.Signed.Wallet) + Word.Of(consent.Signed.Deadline));

    private byte[] Sign(string signer, bool highS, string type, string operation, string words)
    {
        byte[] domain =
        [
            .. Text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"), .. Text("AgentKeys"), .. Text("1"),
            .. Bytes(Word.Of(Testing.Chain.Anvil.ChainId)), .. Bytes(Word.OfAddress(addresses[Call.Registry])),
        ];
        byte[] structure = [.. Text(type), .. Operation(operation), .. Bytes(words)];
        var signature = keys.Account(signer).SignDigest(Keccak256.Hash([0x19, 0x01, .. Keccak256.Hash(domain), .. Keccak256.Hash(structure)])).ToBytes65();
        return highS ? Malleate(signature) : signature;
    }

    /// <summary>The other spelling of the same signature: (r, n - s) and the other v.</summary>
    private static byte[] Malleate(byte[] signature)
    {
        var s = CurveOrder - new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. Bytes(s.ToString("x64")[^64..]), (byte)(55 - signature[64])];
    }

    private static byte[] Text(string text) => Keccak256.Hash(Encoding.ASCII.GetBytes(text));
}
