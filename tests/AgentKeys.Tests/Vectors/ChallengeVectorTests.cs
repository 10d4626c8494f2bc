using System.Numerics;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Vectors;

/// <summary>
/// <c>challenges.json</c> is made by a script of the contracts' folder, in another language and with another Keccak, and the
/// Solidity tests read it too: three that agree on ids, device proofs and challenges.
/// </summary>
public class ChallengeVectorTests
{
    private static readonly JsonNode s_root = new VectorFile("challenges.json").TryRead() ?? throw new FileNotFoundException("challenges.json");

    private static JsonArray List(string name) => s_root[name]!.AsArray();

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static Bytes32 Word(JsonNode? node) => Bytes32.Parse(Text(node));

    private static Passkey ReadPasskey(JsonNode? node) =>
        new(Word(node!["credIdHash"]), Word(node["x"]), Word(node["y"]), Word(node["rpIdHash"]), Word(node["originHash"]));

    private static ApprovalOperation Operation(JsonNode node) => ApprovalOperation.All.Single(o => "agentkeys:v1:" + o.Name == Text(node["op"]));

    [Fact]
    public void Ids_are_the_same()
    {
        Assert.NotEmpty(List("ids"));
        foreach (var id in List("ids"))
        {
            var address = AccountAddress.Parse(Text(id!["address"]));
            Assert.Equal(Text(id["omni"]), Omni.OfAddress(address).ToString());
            Assert.Equal(Text(id["deviceKeyHash"]), DeviceKeyHash.OfAddress(address).ToString());
        }
        Assert.Equal("0x9d7e3ece28d263e0a6e678cbd132b82021f93a63ae6e7daadf937b2ed9a1e901", ServiceName.Parse("openrouter").Hash.ToString());
    }

    [Fact]
    public void Device_proofs_are_the_same()
    {
        Assert.Equal(Text(s_root["passkey"]!["hash"]), ReadPasskey(s_root["passkey"]).Hash.ToString());
        Assert.NotEmpty(List("registrations"));
        foreach (var r in List("registrations"))
        {
            var registration = new DeviceRegistration(
                Operation(r!), new Omni(Word(r!["operator"])), new Omni(Word(r["actor"])), (DeviceTier)r["tier"]!.GetValue<byte>(), (DeviceRoles)r["roles"]!.GetValue<byte>(),
                Word(r["passkeyHash"]), r["deadline"]!.GetValue<ulong>());
            Assert.Equal(Text(r["digest"]), registration.Digest(s_root["chainId"]!.GetValue<ulong>(), AccountAddress.Parse(Text(s_root["registry"]))).ToString());
        }
    }

    [Fact]
    public void Wallets_consents_are_the_same()
    {
        Assert.NotEmpty(List("consents"));
        foreach (var c in List("consents"))
        {
            var consent = new WalletConsent(Operation(c!), new Omni(Word(c!["operator"])), AccountAddress.Parse(Text(c["wallet"])), c["deadline"]!.GetValue<ulong>());
            Assert.Equal(Text(c["digest"]), consent.Digest(s_root["chainId"]!.GetValue<ulong>(), AccountAddress.Parse(Text(s_root["registry"]))).ToString());
        }
    }

    [Fact]
    public void Challenges_are_the_same()
    {
        foreach (var c in List("challenges"))
        {
            var fieldsHash = Fields(Operation(c!), c!["args"]!);
            Assert.Equal(Text(c["fieldsHash"]), fieldsHash.ToString());
            var challenge = ApprovalChallenge.Compute(
                Operation(c), s_root["chainId"]!.GetValue<ulong>(), AccountAddress.Parse(Text(c["verifyingContract"])), new Omni(Word(c["operator"])),
                new BigInteger(Word(c["nonce"]).ToArray(), isUnsigned: true, isBigEndian: true), c["deadline"]!.GetValue<ulong>(), fieldsHash);
            Assert.Equal(Text(c["challenge"]), challenge.ToString());
        }
    }

    [Fact]
    public void Every_operation_occurs() =>
        Assert.Equal(ApprovalOperation.All.Where(o => o != ApprovalOperation.RegisterAgentRooted).Select(o => o.Name).Order(), // only in a device's signature
            List("challenges").Select(c => Operation(c!).Name).Order());

    private static Bytes32 Fields(ApprovalOperation operation, JsonNode args)
    {
        DeviceKeyHash DeviceOf(string name) => new(Word(args[name]));
        AccountAddress Account(string name) => AccountAddress.Parse(Text(args[name]));
        byte Small(string name) => args[name]!.GetValue<byte>();
        ulong Since() => args["compromisedSince"]!.GetValue<ulong>();
        DeviceKeyHash Device() => new(Word(args["deviceKeyHash"]));
        Omni OmniOf(string name) => new(Word(args[name]));
        ulong Deadline() => args["deadline"]!.GetValue<ulong>();

        return operation.Name switch
        {
            "register-first-master" => ApprovalFields.RegisterFirstMaster(Device(), ReadPasskey(args["passkey"]), AccountAddress.Parse(Text(args["auditRelay"])), Deadline()),
            "register-agent-device" => ApprovalFields.RegisterAgentDevice(Device(), OmniOf("operator"), OmniOf("actor"), Deadline()),
            "revoke-agent-device" => ApprovalFields.RevokeAgentDevice(Device()),
            "set-scope" => ApprovalFields.SetScope(OmniOf("operator"), OmniOf("actor"), args["generation"]!.GetValue<ulong>(), [.. args["grants"]!.AsArray().Select(g => Grant(g!))]),
            "revoke-scope" => ApprovalFields.RevokeScope(OmniOf("operator"), OmniOf("actor")),
            "upgrade-to-human-anchored" => ApprovalFields.UpgradeToHumanAnchored(Account("newWallet"), Device(), ReadPasskey(args["passkey"]), Account("auditRelay"), Deadline()),
            "register-additional-master" => ApprovalFields.RegisterAdditionalMaster(
                Device(), OmniOf("operator"), ReadPasskey(args["passkey"]), (DeviceRoles)Small("roles"), Small("recoveryThreshold"), Small("grantThreshold"), Deadline()),
            "set-device-roles" => ApprovalFields.SetDeviceRoles(DeviceOf("device"), (DeviceRoles)Small("roles")),
            "set-recovery-threshold" or "set-grant-threshold" => ApprovalFields.SetThreshold(OmniOf("operator"), Small("threshold")),
            "rotate-master-wallet" => ApprovalFields.RotateMasterWallet(OmniOf("operator"), Account("newWallet"), Deadline()),
            "revoke-master-device" => ApprovalFields.RevokeMasterDevice(DeviceOf("target"), Since()),
            "set-compromised-since" => ApprovalFields.SetCompromisedSince(DeviceOf("target"), Since()),
            "void-approvals" => ApprovalFields.VoidApprovals(DeviceOf("device")),
            "set-audit-relay" => ApprovalFields.SetAuditRelay(OmniOf("operator"), Account("relay")),
            "propose-recovery" => ApprovalFields.ProposeRecovery(OmniOf("operator"), DeviceOf("target"), Since()),
            "cancel-recovery" or "withdraw-recovery" => ApprovalFields.EndRecovery(DeviceOf("proposer")),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
    }

    private static ScopeGrant Grant(JsonNode g) =>
        new(Word(g["serviceHash"]), g["dataClasses"]!.GetValue<byte>(), g["readOnly"]!.GetValue<bool>(), g["expiresAt"]!.GetValue<ulong>(),
            g["maxCalls"]!.GetValue<uint>(), g["periodSeconds"]!.GetValue<uint>());
}
