using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Cli;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>A good request, then the same with exactly one thing changed.</summary>
public sealed class RegistrationRequestTests : IDisposable
{
    private const ulong Deadline = 2000;
    private const ulong Now = 1999;

    private static readonly Omni s_operator = Omni.Parse("0x" + new string('a', 64));
    private static readonly ChainRef s_chain = new(31337, AccountAddress.Parse("0x" + new string('1', 40)));

    private readonly Secp256k1Key _device = Secp256k1Key.Generate();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_good_request_names_the_device_and_its_own_actor()
    {
        var verified = RegistrationRequests.Verify(Good(), s_operator, s_chain, Now);
        Assert.Equal(_device.Address.ToString(), verified.Address.ToString());
        Assert.Equal(DeviceKeyHash.OfAddress(verified.Address), verified.Device);
        Assert.Equal(Omni.OfAddress(verified.Address), verified.Actor);
        Assert.Equal((Deadline, 65), (verified.Deadline, verified.Signature.Length));
    }

    [Fact]
    public void For_another_operator_chain_or_time_it_is_refused()
    {
        Refused("another operator", Good(), Omni.Parse("0x" + new string('b', 64)), s_chain, Now);
        Refused("another chain", Good(), s_operator, s_chain with { ChainId = 1 }, Now);
        Refused("run out", Good(), s_operator, s_chain, Deadline);
    }

    [Theory]
    [InlineData("device_key_hash", "not the device address")]
    [InlineData("actor_omni", "not the device address")]
    [InlineData("device_address", "not the device address")]
    [InlineData("operator_omni", "another operator")]
    [InlineData("chain", "another chain")]
    [InlineData("kind", "not one")]
    [InlineData("signature", "did not sign")]
    public void A_changed_member_is_refused(string member, string why)
    {
        var json = JsonNode.Parse(Good())!.AsObject();
        var text = json[member]!.GetValue<string>();
        json[member] = text[..20] + (text[20] == '2' ? '3' : '2') + text[21..];
        Refused(why, JsonSerializer.SerializeToUtf8Bytes(json), s_operator, s_chain, Now);
    }

    [Fact]
    public void A_changed_deadline_is_refused()
    {
        var json = JsonNode.Parse(Good())!.AsObject();
        json["deadline"] = Deadline + 1;
        Refused("did not sign", JsonSerializer.SerializeToUtf8Bytes(json), s_operator, s_chain, Now);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void What_is_no_request_is_refused(string text) => Refused("not one", System.Text.Encoding.UTF8.GetBytes(text), s_operator, s_chain, Now);

    [Fact]
    public void A_member_too_many_is_refused()
    {
        var json = JsonNode.Parse(Good())!.AsObject();
        json["roles"] = 7;
        Refused("not one", JsonSerializer.SerializeToUtf8Bytes(json), s_operator, s_chain, Now);
    }

    private byte[] Good() => JsonSerializer.SerializeToUtf8Bytes(RegistrationRequests.Make(_device, s_operator, s_chain, Deadline), HomeJson.Default.RegistrationRequest);

    private static void Refused(string why, byte[] json, Omni operatorOmni, ChainRef chain, ulong now) =>
        Assert.Contains(why, Assert.Throws<CliException>(() => RegistrationRequests.Verify(json, operatorOmni, chain, now)).Message, StringComparison.Ordinal);
}
