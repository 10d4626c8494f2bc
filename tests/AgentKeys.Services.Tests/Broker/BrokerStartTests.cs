using System.Text.Json;
using AgentKeys.Broker.Keys;
using AgentKeys.Broker.Login;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using Microsoft.Extensions.Options;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>Keys, settings, limits, and what a broken log means: a host of each test's own where it must be.</summary>
public sealed class BrokerStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Keys_create_makes_two_private_files_and_prints_the_public_halves()
    {
        var output = new StringWriter();
        Assert.Equal(0, Create("keys/k1.json", "keys/k2.json", output));
        using var printed = JsonDocument.Parse(output.ToString());
        foreach (var (name, purpose, file) in new[] { ("session", KeyPurpose.Session, "keys/k1.json"), ("oidc", KeyPurpose.Oidc, "keys/k2.json") })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder[file]));
            using var key = SigningKeyFile.Load(_folder[file], purpose);
            Assert.Equal(key.PublicKey.ToJson(), printed.RootElement.GetProperty(name).GetRawText());
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["keys"]));
    }

    [Theory]
    [InlineData("k1.json", "new.json")]
    [InlineData("new.json", "k1.json")]
    public void Keys_create_never_overwrites_and_makes_both_or_none(string session, string oidc)
    {
        File.WriteAllText(_folder["k1.json"], "kept");
        Assert.Equal(1, Create(session, oidc, TextWriter.Null));
        Assert.Equal("kept", File.ReadAllText(_folder["k1.json"]));
        Assert.False(File.Exists(_folder["new.json"]));
    }

    [Fact]
    public void Keys_create_wants_two_files()
    {
        Assert.Equal(2, Create("k.json", "k.json", TextWriter.Null));
        Assert.Equal(2, KeysCommand.Run(["keys", "create"], TextWriter.Null, TextWriter.Null));
    }

    public static TheoryData<string, string> DamagedKeys => new()
    {
        { "\"purpose\":\"session\"", "\"purpose\":\"oidc\"" },
        { "\"version\":1", "\"version\":2" },
        { "agentkeys-broker-key", "agentkeys-key" },
        { "\"crv\":\"P-256\"", "\"crv\":\"secp256k1\"" },
        { "{\"kind\"", "{\"more\":1,\"kind\"" },
        { "{\"kind\"", "{\"version\":1,\"kind\"" },
        { "\"x\":\"", "\"x\":\"A" },
        { "}", "} " + "{}" },
        { "}", "" },
    };

    [Theory, MemberData(nameof(DamagedKeys))]
    public void A_key_file_is_exactly_that_or_nothing(string from, string to)
    {
        Assert.True(SigningKeyFile.TryCreate(_folder["k1.json"], KeyPurpose.Session, out _));
        var text = File.ReadAllText(_folder["k1.json"]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_folder["k1.json"], text.Replace(from, to, StringComparison.Ordinal));
        var e = Assert.Throws<SigningKeyException>(() => SigningKeyFile.Load(_folder["k1.json"], KeyPurpose.Session));
        Assert.DoesNotContain(text[(text.IndexOf("\"d\":\"", StringComparison.Ordinal) + 5)..^2], e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_may_read_is_not_used()
    {
        Assert.True(SigningKeyFile.TryCreate(_folder["k1.json"], KeyPurpose.Session, out _));
        File.SetUnixFileMode(_folder["k1.json"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Throws<SigningKeyException>(() => SigningKeyFile.Load(_folder["k1.json"], KeyPurpose.Session));
    }

    [Fact]
    public void A_public_half_of_another_key_is_noticed()
    {
        Assert.True(SigningKeyFile.TryCreate(_folder["a.json"], KeyPurpose.Session, out var a));
        Assert.True(SigningKeyFile.TryCreate(_folder["b.json"], KeyPurpose.Session, out var b));
        var text = File.ReadAllText(_folder["a.json"]).Replace(Base64UrlStrict.Encode(a.X.ToArray()), Base64UrlStrict.Encode(b.X.ToArray()), StringComparison.Ordinal);
        File.WriteAllText(_folder["a.json"], text);
        Assert.Throws<SigningKeyException>(() => SigningKeyFile.Load(_folder["a.json"], KeyPurpose.Session));
    }

    [Fact]
    public async Task Wrong_settings_are_all_named_at_start()
    {
        var rig = new BrokerRig();
        await rig.InitializeAsync();
        rig.Set("Broker:Listen", "nowhere");
        rig.Set("Broker:PublicUrl", BrokerRig.PublicUrl + "/");
        rig.Set("Broker:SessionKeyFile", "k2.json");
        rig.Set("Broker:StateDir", "");
        rig.Set("Broker:Audiences:secrets", "x");
        await using var app = rig.Build();
        var e = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => app.StartAsync());
        var text = string.Join('\n', e.Failures);
        Assert.All(["Listen", "PublicUrl", "SessionKeyFile", "StateDir", "Audiences:secrets"], name => Assert.Contains(name, text, StringComparison.Ordinal));
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Keys_that_nobody_trusts_do_not_start()
    {
        var rig = new BrokerRig();
        await rig.InitializeAsync();
        using var strangers = new TestTokens();
        rig.SetKey("Trust:CapKeys:0", strangers.K1);
        rig.SetKey("Trust:StorageKeys:0", strangers.K2);
        await using var app = rig.Build();
        var e = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Equal(2, e.Failures.Count(f => f.Contains("its public key is not in", StringComparison.Ordinal)));
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_log_nothing_is_minted()
    {
        var rig = new BrokerRig();
        await rig.InitializeAsync();
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        Directory.Delete(Path.Combine(rig.Folder, "state", "audit"), recursive: true);
        var reply = await rig.CallAsync("/v1/cap/cred-fetch", o.CapBody(), session, o.Agent);
        Assert.Equal((503, "audit_unavailable"), (reply.Status, reply.Code));
        Assert.Equal("audit_unavailable", (await rig.LoginAsync(o.Agent, o.Agent)).Code);
        Assert.Equal("audit_unavailable", (await rig.CallAsync("/v1/mint-oidc-jwt", o.StorageBody(), session, o.Agent)).Code);
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Logins_are_limited_by_client_and_minute()
    {
        var rig = new BrokerRig { LoginsPerMinute = 4 };
        await rig.InitializeAsync();
        var o = rig.NewOperator();
        Assert.Equal(200, (await rig.LoginAsync(o.Agent, o.Agent)).Status);
        Assert.Equal(200, (await rig.LoginAsync(o.Agent, o.Agent)).Status);
        var reply = await rig.SendAsync("/v1/auth/wallet/start", "{}");
        Assert.Equal((429, "rate_limited"), (reply.Status, reply.Code));
        var seconds = int.Parse(reply.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, 60);
        rig.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(200, (await rig.LoginAsync(o.Agent, o.Agent)).Status);
        await rig.DisposeAsync();
    }

    [Fact]
    public void Open_logins_are_bounded_and_make_room_when_they_end()
    {
        var clock = new ManualTime();
        var challenges = new LoginChallenges(clock);
        LoginChallenge New() => new(LoginChallenges.NewId(), "text", default, default, clock.GetUtcNow() + LoginChallenges.Lifetime);
        for (var i = 0; i < LoginChallenges.Capacity; i++)
            Assert.True(challenges.TryAdd(New()));
        Assert.False(challenges.TryAdd(New()));
        clock.Advance(LoginChallenges.Lifetime);
        var late = New();
        Assert.True(challenges.TryAdd(late));
        Assert.Same(late, challenges.Take(late.RequestId));
        Assert.Null(challenges.Take(late.RequestId));
    }

    public void Dispose() => _folder.Dispose();

    private int Create(string session, string oidc, TextWriter output) =>
        KeysCommand.Run(["keys", "create", "--session", _folder[session], "--oidc", _folder[oidc]], output, TextWriter.Null);
}
