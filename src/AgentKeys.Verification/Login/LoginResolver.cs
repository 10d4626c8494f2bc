using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <inheritdoc cref="ILoginResolver"/>
/// <remarks>An address is never both a wallet and a device (the registry refuses it), so the order matters only for a lying node.</remarks>
internal sealed class LoginResolver(IFactsSource facts) : ILoginResolver
{
    public async Task<Result<LoginIdentity>> ResolveAsync(AccountAddress address, ulong minBlock, CancellationToken cancellationToken)
    {
        var omni = Omni.OfAddress(address);
        var query = new FactsQuery { Actor = omni, Device = DeviceKeyHash.OfAddress(address), SessionWallet = address };
        var read = await facts.JudgeAsync(query, found => Check(found), minBlock, cancellationToken);
        if (!read.IsOk(out var found, out var refusal))
            return refusal;
        if (!found.WalletOperator.IsZero)
            return await ResolveWalletAsync(address, found.WalletOperator, Math.Max(found.Head.Number, minBlock), cancellationToken);
        if (found.Device.RegisteredAt != 0)
            return new LoginIdentity(LoginKind.Device, found.Device.Operator, found.Device.Actor, found.Operator.Tier, found.Head.Number);
        return new LoginIdentity(LoginKind.Wallet, omni, omni, TrustTier.WalletOnly, found.Head.Number);
    }

    private static Refusal? Check(CapFacts found)
    {
        if (!found.WalletOperator.IsZero)
            return null;
        var device = found.Device;
        var refusal = (device.RegisteredAt, device.Revoked, device.ApproverRevoked, found.WalletEverUsed) switch
        {
            (not 0, true, _, _) => new Refusal(RefusalCode.DeviceRevoked, "This device has been revoked."),
            (not 0, _, true, _) => new Refusal(RefusalCode.ApproverRevoked, "A master that approved this device was compromised at that time."),
            // The formula serves addresses that the registry has never seen. This one was an operator's wallet, the first or a later one.
            (0, _, _, true) => new Refusal(RefusalCode.SessionRevoked, "This wallet is no longer its operator's wallet."),
            _ => null,
        };
        return refusal is null ? null : refusal with { Block = found.Head.Number };
    }

    /// <summary>The first answer speaks of no operator's tier, since it did not yet know the operator: asked again by name.</summary>
    private async Task<Result<LoginIdentity>> ResolveWalletAsync(AccountAddress wallet, Omni operatorOmni, ulong minBlock, CancellationToken cancellationToken)
    {
        var query = new FactsQuery { Operator = operatorOmni, Actor = operatorOmni, SessionWallet = wallet };
        var read = await facts.JudgeAsync(query, found => found.WalletOperator == operatorOmni
            ? null
            : new Refusal(RefusalCode.SessionRevoked, "This wallet is no longer its operator's wallet.") { Block = found.Head.Number }, minBlock, cancellationToken);
        return read.IsOk(out var current, out var refusal)
            ? new LoginIdentity(LoginKind.Wallet, operatorOmni, operatorOmni, current.Operator.Tier, current.Head.Number)
            : refusal;
    }
}
