using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>From headers to an authorized request: each step alone, and the order of the steps.</summary>
public sealed class CapGateTests : IDisposable
{
    private readonly GateFixture _f = new();
    private readonly TestDevice _other = new();

    [Fact]
    public async Task A_granted_fetch_is_authorized_on_the_facts_it_was_judged_on()
    {
        var presented = _f.Present(_f.Cap).Value;
        Assert.Equal((_f.Agent.Jkt, _f.Agent.Hash), (presented.Proof.Jkt, presented.Proof.Device));
        var authorized = (await _f.Gate.AuthorizeAsync(presented, 0, default)).Value;
        Assert.Equal(presented.Cap.Claims, authorized.Cap);
        Assert.Equal(_f.Registry.Head, authorized.Facts.Head.Number);
        Assert.Same(presented.Proof, authorized.Proof);
    }

    [Fact]
    public void Presenting_reads_no_chain()
    {
        Assert.Null(_f.Present(_f.Cap).Refusal);
        Assert.Equal(0, _f.Registry.Reads);
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("DPoP  ")]
    [InlineData("")]
    [InlineData("DPoP")]
    [InlineData("Auth ")]
    [InlineData("DPoP\t")]
    public void Refuses_another_scheme(string scheme) => Assert.Equal(RefusalCode.CapInvalid, _f.Present(_f.Cap, scheme: scheme).Refusal?.Code);

    [Fact]
    public void Takes_the_scheme_in_any_case() => Assert.Null(_f.Present(_f.Cap, scheme: "dpop ").Refusal);

    [Fact]
    public void Refuses_no_authorization() =>
        Assert.Equal(RefusalCode.CapInvalid, _f.Gate.Present(null, null, CapOp.Fetch, DataClass.Credentials, "POST", GateFixture.Url, GateFixture.BodyHash).Refusal?.Code);

    [Fact]
    public void Refuses_a_session_in_place_of_a_cap()
    {
        var session = _f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now));
        var proof = _f.Agent.Prove("POST", GateFixture.Url, session, GateFixture.Body, _f.Now);
        Assert.Equal(RefusalCode.CapInvalid, _f.Gate.Present("DPoP " + session, proof, CapOp.Fetch, DataClass.Credentials, "POST", GateFixture.Url, GateFixture.BodyHash).Refusal?.Code);
    }

    [Fact]
    public void Refuses_a_cap_of_another_chain() =>
        Assert.Equal(RefusalCode.CapInvalid, _f.Present(_f.Cap with { Chain = _f.Registry.Chain with { ChainId = 1 } }).Refusal?.Code);

    [Fact]
    public void Refuses_no_proof() => Assert.Equal(RefusalCode.ProofInvalid, _f.Present(_f.Cap, dpop: "").Refusal?.Code);

    [Fact]
    public void Refuses_a_proof_by_another_key() => Assert.Equal(RefusalCode.ProofInvalid, _f.Present(_f.Cap, prover: _other).Refusal?.Code);

    [Fact]
    public void Refuses_a_key_that_is_not_the_caps_device() =>
        Assert.Equal(RefusalCode.DeviceBindingMismatch, _f.Present(_f.Cap with { Device = _other.Hash }).Refusal?.Code);

    [Fact]
    public void The_order_is_cap_class_op_period_proof_key_device()
    {
        // Everything is wrong at once; putting right one thing after the other shows the next.
        var cap = _f.Cap with { DataClass = DataClass.Memory, Key = ServiceName.Parse("today"), Op = CapOp.Store, Device = _other.Hash, IssuedAt = _f.Now.AddSeconds(-400), ExpiresAt = _f.Now.AddSeconds(-100) };
        Assert.Equal(RefusalCode.CapInvalid, _f.Present(cap with { Issuer = "http://127.0.0.1:1" }, dpop: "x").Refusal?.Code);
        Assert.Equal(RefusalCode.CapDataClassMismatch, _f.Present(cap, dpop: "x").Refusal?.Code);
        cap = cap with { DataClass = DataClass.Credentials, Key = null };
        Assert.Equal(RefusalCode.CapOpMismatch, _f.Present(cap, dpop: "x").Refusal?.Code);
        cap = cap with { Op = CapOp.Fetch };
        Assert.Equal(RefusalCode.CapExpired, _f.Present(cap, dpop: "x").Refusal?.Code);
        cap = cap with { ExpiresAt = cap.IssuedAt.AddSeconds(800) };
        Assert.Equal(RefusalCode.ProofInvalid, _f.Present(cap, dpop: "x").Refusal?.Code);
        Assert.Equal(RefusalCode.ProofInvalid, _f.Present(cap, prover: _other).Refusal?.Code);
        Assert.Equal(RefusalCode.DeviceBindingMismatch, _f.Present(cap).Refusal?.Code);
        Assert.Null(_f.Present(cap with { Device = _f.Agent.Hash }).Refusal);
    }

    [Fact]
    public async Task The_chain_is_asked_again_at_every_use()
    {
        var presented = _f.Present(_f.Cap).Value;
        Assert.Null((await _f.Gate.AuthorizeAsync(presented, 0, default)).Refusal);
        _f.Registry.Revoke(_f.Agent);
        var refusal = (await _f.Gate.AuthorizeAsync(presented, 0, default)).Refusal;
        Assert.Equal((RefusalCode.DeviceRevoked, _f.Registry.Head), (refusal!.Code, refusal.Block));
    }

    [Fact]
    public async Task A_revoked_grant_refuses_a_cap_that_was_minted_before()
    {
        var presented = _f.Present(_f.Cap).Value;
        _f.Registry.RevokeGrant(_f.Agent.Omni, "openai");
        Assert.Equal(RefusalCode.ServiceNotInScope, (await _f.Gate.AuthorizeAsync(presented, 0, default)).Refusal?.Code);
    }

    [Fact]
    public async Task Advancing_the_epoch_voids_every_cap()
    {
        var presented = _f.Present(_f.Cap).Value;
        _f.Registry.Epoch = 2;
        Assert.Equal(RefusalCode.K3EpochMismatch, (await _f.Gate.AuthorizeAsync(presented, 0, default)).Refusal?.Code);
    }

    [Theory]
    [InlineData(1, 0, RefusalCode.ChainBehind)]
    [InlineData(0, 1, RefusalCode.ChainBehind)]
    [InlineData(0, 0, null)]
    public async Task A_head_below_the_caps_block_or_the_callers_is_behind(int capAhead, int callerAhead, RefusalCode? code)
    {
        var head = _f.Registry.Head;
        var presented = _f.Present(_f.Cap with { Block = head + (ulong)capAhead }).Value;
        Assert.Equal(code, (await _f.Gate.AuthorizeAsync(presented, head + (ulong)callerAhead, default)).Refusal?.Code);
    }

    [Fact]
    public void A_session_gate_takes_sessions_and_logins_only()
    {
        var session = _f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now));
        string Prove(TestDevice device, string? token) => device.Prove("POST", GateFixture.Url, token, GateFixture.Body, _f.Now);
        RefusalCode? Present(string token, string proof) => _f.Sessions.Present("DPoP " + token, proof, "POST", GateFixture.Url, GateFixture.BodyHash).Refusal?.Code;

        Assert.Null(Present(session, Prove(_f.Agent, session)));
        Assert.Equal(RefusalCode.Unauthorized, Present(_f.Tokens.Cap(_f.Cap), Prove(_f.Agent, session)));
        Assert.Equal(RefusalCode.ProofInvalid, Present(session, Prove(_other, session)));
        Assert.Equal(RefusalCode.ProofInvalid, Present(session, Prove(_f.Agent, null)));
        var strange = _f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now) with { Device = _other.Hash });
        Assert.Equal(RefusalCode.DeviceBindingMismatch, Present(strange, Prove(_f.Agent, strange)));

        Assert.Null(_f.Sessions.PresentLogin(Prove(_f.Agent, null), "POST", GateFixture.Url, GateFixture.BodyHash).Refusal);
        Assert.Equal(RefusalCode.ProofInvalid, _f.Sessions.PresentLogin(Prove(_f.Agent, session), "POST", GateFixture.Url, GateFixture.BodyHash).Refusal?.Code);
    }

    public void Dispose()
    {
        _f.Dispose();
        _other.Dispose();
    }
}
