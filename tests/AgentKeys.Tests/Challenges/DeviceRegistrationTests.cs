using System.Numerics;
using System.Text;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Challenges;

public class DeviceRegistrationTests
{
    private const ulong ChainId = 31337;
    private static readonly AccountAddress s_registry = AccountAddress.Parse("0x00000000000000000000000000000000000000c0");

    private static readonly DeviceRegistration s_registration = new(
        ApprovalOperation.RegisterFirstMaster, new Omni(Filled(0xa1)), new Omni(Filled(0xa2)), DeviceTier.Master, (DeviceRoles)7, Filled(0xa3), 1_800_000_000);

    private static Bytes32 Filled(byte value) => new([.. Enumerable.Repeat(value, 32)]);

    [Fact]
    public void Every_member_changes_the_digest() =>
        Assert.Distinct(
        [
            s_registration.Digest(ChainId, s_registry),
            s_registration.Digest(1, s_registry),
            s_registration.Digest(ChainId, default),
            (s_registration with { Operation = ApprovalOperation.RegisterAgentDevice }).Digest(ChainId, s_registry),
            (s_registration with { Operator = new Omni(Filled(0xa2)) }).Digest(ChainId, s_registry),
            (s_registration with { Actor = new Omni(Filled(0xa1)) }).Digest(ChainId, s_registry),
            (s_registration with { Tier = DeviceTier.Agent }).Digest(ChainId, s_registry),
            (s_registration with { Roles = DeviceRoles.CapMint }).Digest(ChainId, s_registry),
            (s_registration with { PasskeyHash = default }).Digest(ChainId, s_registry),
            (s_registration with { Deadline = 1_800_000_001 }).Digest(ChainId, s_registry),
        ]);

    /// <summary>EIP-712 once more, by hand: 0x1901 || domain || struct.</summary>
    [Fact]
    public void The_digest_is_what_the_standard_says()
    {
        static byte[] Text(string text) => Keccak256.Hash(Encoding.ASCII.GetBytes(text));
        static byte[] Number(ulong value) => [.. new byte[24], .. BitConverter.GetBytes(value).Reverse()];

        byte[] domain =
        [
            .. Text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            .. Text("AgentKeys"), .. Text("1"), .. Number(ChainId), .. new byte[12], .. s_registry.ToArray(),
        ];
        byte[] message =
        [
            .. Text("Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"),
            .. Text("agentkeys:v1:register-first-master"), .. Filled(0xa1).ToArray(), .. Filled(0xa2).ToArray(), .. Number(1), .. Number(7),
            .. Filled(0xa3).ToArray(), .. Number(1_800_000_000),
        ];
        Assert.Equal(
            new Bytes32(Keccak256.Hash([0x19, 0x01, .. Keccak256.Hash(domain), .. Keccak256.Hash(message)])),
            s_registration.Digest(ChainId, s_registry));
    }

    /// <summary>A second opinion: the general EIP-712 encoder.</summary>
    [Fact]
    public void The_digest_is_the_encoders()
    {
        var type = Eip712Type.Parse("Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)");
        var structHash = type.Hash(
            ApprovalOperation.RegisterFirstMaster.Id.ToArray(), Filled(0xa1).ToArray(), Filled(0xa2).ToArray(), (BigInteger)1, (BigInteger)7, Filled(0xa3).ToArray(), (BigInteger)1_800_000_000);
        var domain = new Eip712Domain("AgentKeys", "1", ChainId, Address.FromBytes(s_registry.ToArray()));
        Assert.Equal(new Bytes32(Eip712.Digest(domain, structHash)), s_registration.Digest(ChainId, s_registry));
    }

    [Fact]
    public void A_passkeys_hash_is_of_its_five_words()
    {
        var passkey = new Passkey(Filled(1), Filled(2), Filled(3), Filled(4), Filled(5));
        byte[] words = [.. Filled(1).ToArray(), .. Filled(2).ToArray(), .. Filled(3).ToArray(), .. Filled(4).ToArray(), .. Filled(5).ToArray()];
        Assert.Equal(new Bytes32(Keccak256.Hash(words)), passkey.Hash);
    }

    [Fact]
    public void A_passkeys_parts_are_hashed_as_their_users_see_them()
    {
        var passkey = Passkey.Of([1, 2, 3], Filled(2), Filled(3), "localhost", "http://localhost:9091");
        Assert.Equal("0x039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", passkey.CredentialIdHash.ToString()); // SHA-256
        Assert.Equal("0x49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d9763", passkey.RpIdHash.ToString());
        Assert.Equal(new Bytes32(Keccak256.Hash("http://localhost:9091"u8)), passkey.OriginHash);
        Assert.True(Passkey.Of([1], default, default, "localhost", null).OriginHash.IsZero);
        Assert.Throws<ArgumentException>(() => Passkey.HashRpId("b\u00fccher.example"));
        Assert.Throws<ArgumentException>(() => Passkey.HashOrigin("https://b\u00fccher.example"));
    }
}
