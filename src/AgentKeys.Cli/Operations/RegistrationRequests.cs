using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>A checked request: its key signed for exactly this operator, actor, chain and deadline.</summary>
internal sealed record VerifiedRequest(AccountAddress Address, DeviceKeyHash Device, Omni Actor, ulong Deadline, byte[] Signature);

/// <summary>Makes and checks what an agent's machine hands to its operator.</summary>
internal static class RegistrationRequests
{
    private const int MaxBytes = 4096;

    /// <summary>The actor is the device's own omni: an agent's first device names it.</summary>
    public static RegistrationRequest Make(ISecp256k1Signer device, Omni operatorOmni, ChainRef chain, ulong deadline)
    {
        var address = device.Address.ToAccount();
        var actor = Omni.OfAddress(address);
        var digest = Registration(operatorOmni, actor, deadline).Digest(chain.ChainId, chain.Registry);
        return new RegistrationRequest(
            RegistrationRequest.KindName, address.ToString(), DeviceKeyHash.OfAddress(address).ToString(), operatorOmni.ToString(), actor.ToString(),
            deadline, device.SignDigest(digest.ToArray()).ToString(), chain.ToString());
    }

    /// <summary>Verified: shape; that it is for this operator and chain; that the hash and the actor are the address's; the deadline; the
    /// device key's signature. NOT verified: who runs that machine. The operator must know where the request comes from.</summary>
    /// <exception cref="CliException">with what is wrong.</exception>
    public static VerifiedRequest Verify(ReadOnlySpan<byte> json, Omni operatorOmni, ChainRef chain, ulong now)
    {
        var request = Read(json);
        if (request.OperatorOmni != operatorOmni.ToString())
            throw Wrong("it is for another operator");
        if (request.Chain != chain.ToString())
            throw Wrong("it is for another chain or registry");
        if (!AccountAddress.TryParse(request.DeviceAddress, out var address)
            || request.DeviceKeyHash != DeviceKeyHash.OfAddress(address).ToString() || request.ActorOmni != Omni.OfAddress(address).ToString())
            throw Wrong("its hash or actor is not the device address's");
        if (request.Deadline <= now)
            throw Wrong("it has run out", "run `agentkeys init --agent` again on the agent's machine");
        var actor = Omni.OfAddress(address);
        if (!IsSigned(request, Registration(operatorOmni, actor, request.Deadline).Digest(chain.ChainId, chain.Registry), address, out var signature))
            throw Wrong("the device key did not sign it");
        return new VerifiedRequest(address, DeviceKeyHash.OfAddress(address), actor, request.Deadline, signature);
    }

    private static DeviceRegistration Registration(Omni operatorOmni, Omni actor, ulong deadline) =>
        new(ApprovalOperation.RegisterAgentDevice, operatorOmni, actor, DeviceTier.Agent, DeviceRoles.CapMint, default, deadline);

    private static bool IsSigned(RegistrationRequest request, Bytes32 digest, AccountAddress address, out byte[] signature)
    {
        return Hex.TryDecode(request.Signature, out signature)
            && Secp256k1Signature.TryParse(signature, out var parsed) && parsed.IsLowS
            && Secp256k1.TryRecoverAddress(digest.ToArray(), parsed, out var signer) && signer.ToAccount() == address;
    }

    private static RegistrationRequest Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var request = json.Length <= MaxBytes ? JsonSerializer.Deserialize(json, HomeJson.Default.RegistrationRequest) : null;
            return request is { Kind: RegistrationRequest.KindName } ? request : throw Wrong("it is not one");
        }
        catch (JsonException e)
        {
            throw Wrong($"it is not one (at {e.Path ?? "$"})");
        }
    }

    private static CliException Wrong(string what, string? hint = null) =>
        CliException.Failure($"The registration request cannot be used: {what}.", hint ?? "the agent's machine makes one: agentkeys init --agent --operator 0x...");
}
