using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys init</c>: two keys, gas where the chain gives it away, a passkey, and the registration. Each step is kept as soon as
/// it is done, so a second run goes on where the first one stopped.
/// </summary>
internal sealed class OperatorSetup(CommandContext context, bool openBrowser)
{
    private static readonly BigInteger s_enough = BigInteger.Pow(10, 17); // a tenth of an ether: hundreds of operations

    public async Task<int> RunAsync(WalletSource source, CancellationToken cancel)
    {
        if (context.Home.Init is { Kind: not InitCommand.OperatorKind })
            throw CliException.Failure($"{context.Home.Path} is the home of an agent.", "use another --home");
        using var chain = context.OpenChain();
        Ceremonies.Prepare(context, chain.Profile);
        source.ImportInto(context);
        using var wallet = Key(context.Home.WalletKeyPath, KeyPurpose.Wallet);
        using var device = Key(context.Home.DeviceKeyPath, KeyPurpose.Device);
        var omni = Omni.OfAddress(wallet.Address.ToAccount());
        context.Home.Init ??= new InitJournal(InitCommand.OperatorKind, omni.ToString());

        ulong? block = null;
        if (await IsRegisteredAsync(chain, device, omni, cancel))
            context.Output.Say("the chain knows this operator and this master device already");
        else
            block = await RegisterAsync(chain, wallet, device, omni, cancel);
        await AnswerAsync(chain, wallet, device, omni, block, cancel);
        return ExitCode.Ok;
    }

    private Secp256k1Key Key(string path, KeyPurpose purpose)
    {
        var (key, isNew) = context.Home.LoadOrMake(path, purpose);
        var name = purpose == KeyPurpose.Wallet ? "wallet" : "device key";
        context.Output.Say($"{(isNew ? "made a" : "found the")} {name}, {key.Address.ToChecksumString()}");
        return key;
    }

    /// <summary>Registered with this machine's device; registered with another one is somebody else's home.</summary>
    private async Task<bool> IsRegisteredAsync(OperatorChain chain, Secp256k1Key device, Omni omni, CancellationToken cancel)
    {
        if (await chain.Reader.GetOperatorAsync(omni, cancel) is null)
            return false;
        var known = await chain.Reader.GetDeviceAsync(DeviceKeyHash.OfAddress(device.Address.ToAccount()), cancel);
        if (known is null || known.Operator != omni)
            throw CliException.Failure("This wallet is an operator already, with another master device.", $"{context.Home.Path} has the wrong device.json or wallet.json");
        return true;
    }

    private async Task<ulong> RegisterAsync(OperatorChain chain, Secp256k1Key wallet, Secp256k1Key device, Omni omni, CancellationToken cancel)
    {
        await Faucet.FundAsync(context, chain, wallet.Address, s_enough, cancel);
        var deadline = await Approver.DeadlineAsync(chain, context.Edges.Time, cancel);
        var (passkey, attestation) = await EnrolAsync(chain, device, omni, deadline, cancel);
        var hash = DeviceKeyHash.OfAddress(device.Address.ToAccount());
        var proof = new DeviceRegistration(ApprovalOperation.RegisterFirstMaster, omni, omni, DeviceTier.Master, FirstRoles, passkey.Hash, deadline);
        var signature = device.SignDigest(proof.Digest(chain.Deployment.ChainId, chain.Deployment.Registry.ToAccount()).ToArray()).ToBytes65();
        var sent = await chain.Writer.RegisterFirstMasterAsync(wallet, new FirstMasterRegistration(hash, passkey, default, deadline, signature, attestation), cancel);
        context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"registered in block {sent.BlockNumber}, {sent.GasUsed} gas"));
        return sent.BlockNumber;
    }

    private const DeviceRoles FirstRoles = DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt;

    /// <summary>Two touches, create and get; one, where an earlier run got as far as the first.</summary>
    private async Task<(Passkey, WebAuthnAssertion)> EnrolAsync(OperatorChain chain, Secp256k1Key device, Omni omni, ulong deadline, CancellationToken cancel)
    {
        GetCeremony? get = null;
        Passkey? passkey = null;
        Ceremony first;
        if (Kept() is var (credentialId, kept))
        {
            passkey = kept;
            first = get = Prove(chain, device, omni, deadline, credentialId, kept);
        }
        else
        {
            first = new CreateCeremony("AgentKeys operator", CreateSummary(chain, omni), created =>
            {
                passkey = Keep(created);
                return get = Prove(chain, device, omni, deadline, created.CredentialId, passkey);
            });
        }
        await Ceremonies.RunAsync(context, chain.Profile, first, openBrowser, cancel);
        return (passkey!, get!.Assertion!);
    }

    private (byte[] CredentialId, Passkey Passkey)? Kept() =>
        context.Home.Init?.Passkey is { } record && Base64UrlStrict.TryDecode(record.CredentialId, out var id)
            ? (id, Passkey.Of(id, Bytes32.Parse(record.X), Bytes32.Parse(record.Y), record.RpId, record.Origin))
            : null;

    /// <summary>Bound to no origin: the page's port changes, and only dev profiles come here.</summary>
    private Passkey Keep(PasskeyRegistration created)
    {
        var record = new PasskeyRecord(Base64UrlStrict.Encode(created.CredentialId), created.X.ToString(), created.Y.ToString(), Ceremony.RpId, null);
        context.Home.Init = context.Home.Init! with { Passkey = record };
        return created.ToPasskey(Ceremony.RpId, null);
    }

    private static GetCeremony Prove(OperatorChain chain, Secp256k1Key device, Omni omni, ulong deadline, byte[] credentialId, Passkey passkey)
    {
        var hash = DeviceKeyHash.OfAddress(device.Address.ToAccount());
        var fields = ApprovalFields.RegisterFirstMaster(hash, passkey, default, deadline);
        var challenge = ApprovalChallenge.Compute(
            ApprovalOperation.RegisterFirstMaster, chain.Deployment.ChainId, chain.Deployment.Registry.ToAccount(), omni, 0, deadline, fields);
        var summary = new CeremonySummary("Make this passkey the operator's first master",
        [
            ("Operation", ApprovalOperation.RegisterFirstMaster.Name),
            ("Device", hash.ToString()),
            ("Roles", "mint caps, recover, manage scopes"),
            ("Audit relay", "nobody yet"),
            .. Approver.Footer(chain, omni, deadline),
        ]);
        return new GetCeremony(challenge, summary, credentialId, passkey);
    }

    private static CeremonySummary CreateSummary(OperatorChain chain, Omni omni) => new("Create a passkey for AgentKeys",
    [
        ("What for", "Approving what your agents may use. The next page, with a second touch, registers it."),
        ("Operator", omni.ToString()),
        ("Chain", $"{chain.Profile.Name} ({chain.Deployment.ChainId.ToString(CultureInfo.InvariantCulture)})"),
    ]);

    private async Task AnswerAsync(OperatorChain chain, Secp256k1Key wallet, Secp256k1Key device, Omni omni, ulong? block, CancellationToken cancel)
    {
        var hash = DeviceKeyHash.OfAddress(device.Address.ToAccount());
        var head = block ?? (await chain.Reader.GetHeadAsync(cancel)).Number;
        var answer = new JsonObject
        {
            ["operator_omni"] = omni.ToString(),
            ["device_key_hash"] = hash.ToString(),
            ["wallet"] = wallet.Address.ToString(),
            ["trust_tier"] = TrustTier.HumanAnchored.Name(),
            ["chain"] = chain.Deployment.Chain.ToString(),
            ["registered_now"] = block is not null,
            ["block"] = head,
        };
        context.Output.Answer(answer, () =>
        {
            context.Output.Say($"operator {omni}");
            context.Output.Say("next: agentkeys cred store NAME, or agentkeys init --agent --operator OMNI on an agent's machine");
        });
    }
}
