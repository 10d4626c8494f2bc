using System.Numerics;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Testing.Chain;

/// <summary>A master's passkey, in software, over operations of a real chain.</summary>
public sealed class MasterHand(IRegistryReader reader, Deployment deployment, SoftwareAuthenticator passkey, DeviceKeyHash device, Omni operatorOmni)
{
    private const ulong Validity = 3600;

    /// <summary>With the device's next nonce.</summary>
    public async Task<MasterApproval> ApproveAsync(ApprovalOperation operation, ApprovingContract contract, Bytes32 fieldsHash)
    {
        var deadline = await DeadlineAsync();
        var nonce = await reader.GetChallengeNonceAsync(device, contract, operation.Kind!.Value, default);
        return new MasterApproval(device, deadline, passkey.Assert(Challenge(operation, contract, nonce, deadline, fieldsHash), TestOperator.Origin));
    }

    public Bytes32 Challenge(ApprovalOperation operation, ApprovingContract contract, BigInteger nonce, ulong deadline, Bytes32 fieldsHash) =>
        ApprovalChallenge.Compute(operation, deployment.ChainId, deployment.AddressOf(contract).ToAccount(), operatorOmni, nonce, deadline, fieldsHash);

    /// <summary>By the chain's clock, which stands still between blocks.</summary>
    public async Task<ulong> DeadlineAsync() => (await reader.GetHeadAsync(default)).Timestamp + Validity;
}
