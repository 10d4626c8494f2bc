using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

public sealed class LoginTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    [Fact]
    public async Task A_wallet_logs_in_for_a_device()
    {
        var op = rig.NewOperator();
        var reply = await rig.LoginAsync(op.Wallet, op.Master);
        Assert.Equal(200, reply.Status);
        Assert.Equal(("wallet", op.Omni.ToString(), op.Omni.ToString(), op.Master.Hash.ToString(), "human_anchored"),
            (reply["login"], reply["operator_omni"], reply["actor_omni"], reply["device_key_hash"], reply["trust_tier"]));
        var session = SessionToken.Verify(reply["session"], rig.CapKeys, BrokerRig.PublicUrl, rig.Now).Value.Claims;
        Assert.Equal((LoginKind.Wallet, op.Wallet.Address, op.Master.Jkt), (session.Login, session.Address, session.Jkt));
        Assert.Equal(SessionClaims.Lifetime, session.ExpiresAt - session.IssuedAt);
        Assert.Equal(session.ExpiresAt.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), reply["expires_at"]);
        Assert.Equal(rig.Registry.Head.ToString(System.Globalization.CultureInfo.InvariantCulture), reply.Headers["AgentKeys-Block"]);
        Assert.Equal("no-store", reply.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task A_device_logs_in_with_its_own_key()
    {
        var op = rig.NewOperator();
        var reply = await rig.LoginAsync(op.Agent, op.Agent);
        Assert.Equal(("device", op.Omni.ToString(), op.Agent.Omni.ToString()), (reply["login"], reply["operator_omni"], reply["actor_omni"]));
    }

    [Fact]
    public async Task A_key_that_the_registry_never_saw_is_wallet_only()
    {
        using var unknown = new TestDevice();
        var reply = await rig.LoginAsync(unknown, unknown);
        Assert.Equal(("wallet_only", unknown.Omni.ToString()), (reply["trust_tier"], reply["operator_omni"]));
    }

    [Fact]
    public async Task The_message_is_for_this_broker_chain_address_and_device()
    {
        var op = rig.NewOperator();
        var (_, text) = await rig.StartLoginAsync(op.Wallet, op.Master);
        Assert.True(SiweMessage.TryParse(text, out var message));
        Assert.Equal(("broker.test", BrokerRig.PublicUrl, 31337UL), (message.Domain, message.Uri, message.ChainId));
        Assert.Equal((op.Wallet.Address, op.Master.Hash), (message.Address, message.Device));
        Assert.Equal(TimeSpan.FromMinutes(5), message.ExpirationTime - message.IssuedAt);
        var (_, second) = await rig.StartLoginAsync(op.Wallet, op.Master);
        Assert.True(SiweMessage.TryParse(second, out var other));
        Assert.NotEqual(message.Nonce, other.Nonce);
    }

    [Fact]
    public async Task A_login_has_one_attempt()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.VerifyLoginAsync(id, op.Agent.SignPersonal(message), op.Master));
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.VerifyLoginAsync(id, op.Wallet.SignPersonal(message), op.Master));
    }

    [Fact]
    public async Task A_used_login_is_used()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        var signature = op.Wallet.SignPersonal(message);
        Assert.Equal(200, (await rig.VerifyLoginAsync(id, signature, op.Master)).Status);
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.VerifyLoginAsync(id, signature, op.Master));
    }

    [Fact]
    public async Task Of_two_attempts_at_once_one_wins()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        var signature = op.Wallet.SignPersonal(message);
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rig.VerifyLoginAsync(id, signature, op.Master)));
        Assert.Single(replies, r => r.Status == 200);
        Assert.Equal(7, replies.Count(r => r.Code == "unauthorized"));
    }

    [Fact]
    public async Task A_login_ends_after_five_minutes()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.VerifyLoginAsync(id, op.Wallet.SignPersonal(message), op.Master));
    }

    [Fact]
    public async Task An_unknown_request_is_unauthorized()
    {
        var op = rig.NewOperator();
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.VerifyLoginAsync(TestTokens.NewId(), op.Wallet.SignPersonal("x"), op.Master));
    }

    [Fact]
    public async Task The_signature_is_over_the_text_that_was_started()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        await rig.RefusedAsync(RefusalCode.Unauthorized, () =>
            rig.VerifyLoginAsync(id, op.Wallet.SignPersonal(message.Replace("broker.test", "evil.test", StringComparison.Ordinal)), op.Master));
    }

    [Fact]
    public async Task Another_device_cannot_finish_the_login()
    {
        var op = rig.NewOperator();
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        await rig.RefusedAsync(RefusalCode.DeviceBindingMismatch, () => rig.VerifyLoginAsync(id, op.Wallet.SignPersonal(message), op.Agent));
    }

    [Fact]
    public async Task A_device_cannot_give_its_session_to_another_key()
    {
        var op = rig.NewOperator();
        await rig.RefusedAsync(RefusalCode.DeviceBindingMismatch, () => rig.LoginAsync(op.Agent, op.Master));
    }

    [Fact]
    public async Task Verify_needs_a_proof_without_a_token()
    {
        var op = rig.NewOperator();
        const string Path = "/v1/auth/wallet/verify";
        var (id, message) = await rig.StartLoginAsync(op.Wallet, op.Master);
        var body = new JsonObject { ["request_id"] = id, ["signature"] = "0x" + Convert.ToHexStringLower(op.Wallet.SignPersonal(message)) }.ToJsonString();
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Path, body));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Path, body, proof: op.Master.Prove("POST", BrokerRig.PublicUrl + Path, "token", bytes, rig.Now)));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Path, body, proof: op.Master.Prove("POST", BrokerRig.PublicUrl + Path, null, [], rig.Now)));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Path, body, proof: op.Master.Prove("POST", BrokerRig.PublicUrl + "/v1/auth/wallet/start", null, bytes, rig.Now)));
        // A bad proof is not an attempt: nobody can burn another's login without the device's key.
        Assert.Equal(200, (await rig.SendAsync(Path, body, proof: op.Master.Prove("POST", BrokerRig.PublicUrl + Path, null, bytes, rig.Now))).Status);
    }

    [Fact]
    public async Task A_revoked_device_does_not_log_in()
    {
        var op = rig.NewOperator();
        rig.Registry.Revoke(op.Agent);
        await rig.RefusedAsync(RefusalCode.DeviceRevoked, () => rig.LoginAsync(op.Agent, op.Agent));
    }

    [Fact]
    public async Task A_device_of_a_compromised_approver_does_not_log_in()
    {
        var op = rig.NewOperator();
        rig.Registry.Change(op.Agent, d => d with { ApproverRevoked = true });
        await rig.RefusedAsync(RefusalCode.ApproverRevoked, () => rig.LoginAsync(op.Agent, op.Agent));
    }

    [Fact]
    public async Task A_replaced_wallet_does_not_log_in()
    {
        var op = rig.NewOperator();
        using var wallet = new TestDevice();
        rig.Registry.RotateWallet(op.Wallet, wallet);
        await rig.RefusedAsync(RefusalCode.SessionRevoked, () => rig.LoginAsync(op.Wallet, op.Master));
        Assert.Equal(op.Omni.ToString(), (await rig.LoginAsync(wallet, op.Master))["operator_omni"]);
    }
}
