using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using AgentKeys.Verification;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>Who an address is, by the chain: wallet, then device, then, for what the registry has never seen, the formula.</summary>
public sealed class LoginResolverTests : IDisposable
{
    private readonly GateFixture _f = new();
    private readonly TestDevice _new = new();

    [Fact]
    public async Task A_wallet_is_its_operator() =>
        Assert.Equal(new LoginIdentity(LoginKind.Wallet, _f.Wallet.Omni, _f.Wallet.Omni, TrustTier.HumanAnchored, _f.Registry.Head), (await Resolve(_f.Wallet)).Value);

    [Fact]
    public async Task A_rotated_in_wallet_is_the_operator_whose_omni_it_never_made()
    {
        _f.Registry.RotateWallet(_f.Wallet, _new);
        var identity = (await Resolve(_new)).Value;
        Assert.Equal((LoginKind.Wallet, _f.Wallet.Omni), (identity.Kind, identity.Operator));
    }

    [Fact]
    public async Task A_rotated_out_wallet_never_logs_in_again()
    {
        _f.Registry.RotateWallet(_f.Wallet, _new);
        Assert.Equal(RefusalCode.SessionRevoked, (await Resolve(_f.Wallet)).Refusal?.Code);
    }

    /// <summary>The formula gives it an omni that the chain has never seen: only the registry's memory of wallets keeps it out.</summary>
    [Fact]
    public async Task A_rotated_out_wallet_that_was_never_a_first_one_logs_in_as_little()
    {
        using var third = new TestDevice();
        _f.Registry.RotateWallet(_f.Wallet, _new).RotateWallet(_new, third);
        Assert.Equal(RefusalCode.SessionRevoked, (await Resolve(_new)).Refusal?.Code);
        Assert.Equal(_f.Wallet.Omni, (await Resolve(third)).Value.Operator);
    }

    [Fact]
    public async Task A_device_is_its_actor() =>
        Assert.Equal(new LoginIdentity(LoginKind.Device, _f.Wallet.Omni, _f.Agent.Omni, TrustTier.HumanAnchored, _f.Registry.Head), (await Resolve(_f.Agent)).Value);

    [Fact]
    public async Task A_later_device_is_its_actor_and_not_its_own_omni()
    {
        _f.Registry.AddDevice(_new, _f.Wallet.Omni, _f.Agent.Omni, DeviceTier.Agent, DeviceRoles.CapMint);
        Assert.Equal(_f.Agent.Omni, (await Resolve(_new)).Value.Actor);
    }

    [Fact]
    public async Task A_tier_is_the_operators_of_today()
    {
        _f.Registry.SetTier(_f.Wallet.Omni, TrustTier.AgentRooted);
        Assert.Equal(TrustTier.AgentRooted, (await Resolve(_f.Agent)).Value.TrustTier);
        Assert.Equal(TrustTier.AgentRooted, (await Resolve(_f.Wallet)).Value.TrustTier);
    }

    [Fact]
    public async Task An_address_never_seen_is_wallet_only()
    {
        Assert.Equal(new LoginIdentity(LoginKind.Wallet, _new.Omni, _new.Omni, TrustTier.WalletOnly, _f.Registry.Head), (await Resolve(_new)).Value);
    }

    [Fact]
    public async Task A_revoked_device_is_told_so()
    {
        _f.Registry.Revoke(_f.Agent);
        Assert.Equal(RefusalCode.DeviceRevoked, (await Resolve(_f.Agent)).Refusal?.Code);
    }

    [Fact]
    public async Task A_device_of_a_compromised_approver_is_told_so()
    {
        _f.Registry.Change(_f.Agent, d => d with { ApproverRevoked = true });
        var refusal = (await Resolve(_f.Agent)).Refusal!;
        Assert.Equal((RefusalCode.ApproverRevoked, _f.Registry.Head), (refusal.Code, refusal.Block));
    }

    [Fact]
    public async Task No_answer_is_no_login()
    {
        _f.Registry.Fault = new IOException();
        Assert.Equal(RefusalCode.ChainUnavailable, (await Resolve(_f.Wallet)).Refusal?.Code);
    }

    [Fact]
    public async Task A_login_may_insist_on_a_block() =>
        Assert.Equal(RefusalCode.ChainBehind, (await new LoginResolver(_f.Facts).ResolveAsync(_f.Agent.Address, _f.Registry.Head + 1, default)).Refusal?.Code);

    public void Dispose()
    {
        _f.Dispose();
        _new.Dispose();
    }

    private Task<Result<LoginIdentity>> Resolve(TestDevice device) => new LoginResolver(_f.Facts).ResolveAsync(device.Address, 0, default);
}
