using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>The operator of this home, as the chain has it: what approvals are made with.</summary>
/// <param name="Omni">the operator.</param>
/// <param name="Device">this machine's master device.</param>
internal sealed record OperatorIdentity(Omni Omni, DeviceKeyHash Device, PasskeyRecord Record, Passkey Passkey)
{
    /// <exception cref="CliException">the home is no operator's, or the chain does not know its master, or it takes more than this machine to approve.</exception>
    public static async Task<OperatorIdentity> LoadAsync(AgentKeysHome home, OperatorChain chain, bool gives, CancellationToken cancel)
    {
        if (home.Init is not { Kind: InitCommand.OperatorKind, Passkey: { } record } journal)
            throw CliException.Failure($"{home.Path} is not the home of an operator.", "run `agentkeys init` first");
        using var key = home.LoadDevice();
        var device = DeviceKeyHash.OfAddress(key.Address.ToAccount());
        var known = await chain.Reader.GetDeviceAsync(device, cancel);
        if (known is not { Tier: DeviceTier.Master, Passkey: { } passkey })
            throw CliException.Failure("The chain does not know this machine as a master device.", "run `agentkeys init` to finish");
        if (known.RevokedAt > 0)
            throw CliException.Refused("ApproverRevoked", "This machine's master device was revoked.");
        await ExpectOneApprovalAsync(journal, chain, gives, cancel);
        return new OperatorIdentity(known.Operator, device, record, passkey);
    }

    private static async Task ExpectOneApprovalAsync(InitJournal journal, OperatorChain chain, bool gives, CancellationToken cancel)
    {
        var operatorRecord = await chain.Reader.GetOperatorAsync(Protocol.Omni.Parse(journal.OperatorOmni), cancel);
        if (gives && operatorRecord is { GrantThreshold: > 1 })
            throw CliException.Failure($"Giving takes {operatorRecord.GrantThreshold} approvals of this operator's masters; this machine collects its own only.");
    }
}
