using System.Numerics;
using System.Text;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Challenges;

public class ApprovalChallengeTests
{
    private const ulong ChainId = 31337;
    private const ulong Deadline = 1_800_000_000;
    private static readonly AccountAddress s_contract = AccountAddress.Parse("0x00000000000000000000000000000000000000c0");
    private static readonly Omni s_operator = new(Filled(0xa1));
    private static readonly Omni s_actor = new(Filled(0xb2));
    private static readonly BigInteger s_nonce = (BigInteger.One << 255) + 7;
    private static readonly DeviceKeyHash s_device = new(Filled(0xd1));
    private static readonly Passkey s_passkey = new(Filled(1), Filled(2), Filled(3), Filled(4), Filled(5));
    private static readonly AccountAddress s_relay = AccountAddress.Parse("0x00000000000000000000000000000000000000e0");
    private static readonly ScopeGrant s_grant = new(Filled(6), 3, true, 1_900_000_000, 100, 3600);

    private static Bytes32 Filled(byte value) => new([.. Enumerable.Repeat(value, 32)]);

    private static Bytes32 Challenge(
        ApprovalOperation? operation = null, ulong chainId = ChainId, AccountAddress? contract = null, Omni? op = null,
        BigInteger? nonce = null, ulong deadline = Deadline, Bytes32? fields = null) =>
        ApprovalChallenge.Compute(operation ?? ApprovalOperation.SetScope, chainId, contract ?? s_contract, op ?? s_operator, nonce ?? s_nonce, deadline, fields ?? Filled(9));

    /// <summary>What the general ABI codec makes of the same values: a second opinion on the words written by hand.</summary>
    private static Bytes32 Codec(string types, params object[] values)
    {
        var encoded = new AbiFunction($"f({types})").Encode(values).AsSpan(4);
        return new Bytes32(Keccak256.Hash(encoded));
    }

    [Fact]
    public void A_challenge_is_the_hash_of_its_seven_words() =>
        Assert.Equal(
            Codec("bytes32,uint256,address,bytes32,uint256,uint64,bytes32",
                ApprovalOperation.SetScope.Id.ToArray(), new BigInteger(ChainId), Address.FromBytes(s_contract.ToArray()), s_operator.Value.ToArray(),
                s_nonce, new BigInteger(Deadline), Filled(9).ToArray()),
            Challenge());

    [Fact]
    public void Every_member_changes_the_challenge() =>
        Assert.Distinct(
        [
            Challenge(),
            Challenge(operation: ApprovalOperation.RevokeScope),
            Challenge(chainId: 1),
            Challenge(contract: s_relay),
            Challenge(op: s_actor),
            Challenge(nonce: s_nonce + 1),
            Challenge(nonce: 0),
            Challenge(deadline: Deadline + 1),
            Challenge(fields: Filled(10)),
        ]);

    [Fact]
    public void A_nonce_has_256_bits()
    {
        Assert.NotEqual(Challenge(nonce: (BigInteger.One << 256) - 1), Challenge(nonce: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Challenge(nonce: BigInteger.One << 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => Challenge(nonce: -1));
    }

    [Fact]
    public void Operations_have_distinct_ids_made_of_their_names()
    {
        Assert.Distinct(ApprovalOperation.All.Select(o => o.Id));
        Assert.All(ApprovalOperation.All, o => Assert.Equal(new Bytes32(Keccak256.Hash(Encoding.ASCII.GetBytes("agentkeys:v1:" + o.Name))), o.Id));
        Assert.Equal("0x176938f6c85e10f20ea84b495b02b5f10a87f35dfd55291da17ec3854f3a7858", ApprovalOperation.SetScope.Id.ToString());
    }

    [Fact]
    public void Fields_are_the_arguments_as_the_contract_encodes_them()
    {
        byte[] device = s_device.Value.ToArray(), op = s_operator.Value.ToArray(), actor = s_actor.Value.ToArray();
        object[] passkey = [Filled(1).ToArray(), new BigInteger(Filled(2).ToArray(), true, true), new BigInteger(Filled(3).ToArray(), true, true), Filled(4).ToArray(), Filled(5).ToArray()];
        object[] grant = [Filled(6).ToArray(), new BigInteger(3), true, new BigInteger(1_900_000_000), new BigInteger(100), new BigInteger(3600)];
        const string Grants = "bytes32,bytes32,uint64,(bytes32,uint8,bool,uint64,uint32,uint32)[]";

        Assert.Equal(
            Codec("bytes32,(bytes32,uint256,uint256,bytes32,bytes32),address,uint64", device, passkey, Address.FromBytes(s_relay.ToArray()), new BigInteger(Deadline)),
            ApprovalFields.RegisterFirstMaster(s_device, s_passkey, s_relay, Deadline));
        Assert.Equal(
            Codec("bytes32,bytes32,bytes32,uint64", device, op, actor, new BigInteger(Deadline)),
            ApprovalFields.RegisterAgentDevice(s_device, s_operator, s_actor, Deadline));
        Assert.Equal(Codec("bytes32", device), ApprovalFields.RevokeAgentDevice(s_device));
        Assert.Equal(Codec("bytes32,bytes32", op, actor), ApprovalFields.RevokeScope(s_operator, s_actor));
        foreach (var count in new[] { 0, 1, 2, 64 })
        {
            Assert.Equal(
                Codec(Grants, op, actor, new BigInteger(7), Enumerable.Repeat(grant, count).ToArray<object>()),
                ApprovalFields.SetScope(s_operator, s_actor, 7, [.. Enumerable.Repeat(s_grant, count)]));
        }
    }

    [Fact]
    public void Every_argument_of_a_first_master_counts()
    {
        static Bytes32 Fields(DeviceKeyHash? device = null, Passkey? passkey = null, AccountAddress? relay = null, ulong deadline = Deadline) =>
            ApprovalFields.RegisterFirstMaster(device ?? s_device, passkey ?? s_passkey, relay ?? s_relay, deadline);

        Assert.Distinct(
        [
            Fields(),
            Fields(device: new(Filled(0xd2))),
            Fields(passkey: s_passkey with { CredentialIdHash = Filled(7) }),
            Fields(passkey: s_passkey with { X = Filled(7) }),
            Fields(passkey: s_passkey with { Y = Filled(7) }),
            Fields(passkey: s_passkey with { RpIdHash = Filled(7) }),
            Fields(passkey: s_passkey with { OriginHash = default }),
            Fields(relay: s_contract),
            Fields(deadline: Deadline + 1),
        ]);
    }

    [Fact]
    public void Every_member_and_the_order_of_grants_count()
    {
        static Bytes32 Fields(params ScopeGrant[] grants) => ApprovalFields.SetScope(s_operator, s_actor, 7, grants);
        var other = s_grant with { ServiceHash = Filled(7) };
        Assert.Distinct(
        [
            Fields(),
            Fields(s_grant),
            Fields(other),
            Fields(s_grant with { DataClasses = 1 }),
            Fields(s_grant with { ReadOnly = false }),
            Fields(s_grant with { ExpiresAt = 0 }),
            Fields(s_grant with { MaxCalls = 101 }),
            Fields(s_grant with { PeriodSeconds = 3601 }),
            Fields(s_grant, other),
            Fields(other, s_grant),
            ApprovalFields.SetScope(s_actor, s_actor, 7, [s_grant]),
            ApprovalFields.SetScope(s_operator, s_operator, 7, [s_grant]),
            ApprovalFields.SetScope(s_operator, s_actor, 8, [s_grant]),
        ]);
    }
}
