using System.Globalization;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Clients;

/// <summary>The limit of a real service: who asks too often is told when to come back, and nobody else is.</summary>
public sealed class RateLimitTests
{
    private const string Direct = "\"Clients\": { \"RequestsPerMinute\": 3 }, ";
    private const string Proxied = "\"Clients\": { \"RequestsPerMinute\": 3, \"TrustedProxies\": [\"127.0.0.1\"] }, ";

    [Fact]
    public async Task One_too_many_hears_when_to_come_back_and_then_may()
    {
        await using var stack = await StartAsync(Direct);
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        for (var i = 0; i < 2; i++)
            Assert.Equal("ok", (await stack.FetchAsync()).Code);
        var records = stack.WorkerRecords;
        using var http = stack.WorkerHttp();
        using var message = stack.FetchCall().Build().ToMessage();
        using var refused = await http.SendAsync(message);
        Assert.Equal("rate_limited", (await WireAnswer.ReadAsync(refused)).Code);
        Assert.Equal(records, stack.WorkerRecords);
        var seconds = int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, 60);
        stack.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal("rate_limited", (await stack.FetchAsync()).Code);
        stack.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ok", (await stack.FetchAsync()).Code);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    public async Task A_header_of_somebody_who_is_no_proxy_changes_nothing(string header)
    {
        await using var stack = await StartAsync(Direct);
        for (var i = 0; i < 3; i++)
            Assert.NotEqual("rate_limited", await CodeAsync(stack, header, $"for=1.1.1.{i}"));
        Assert.Equal("rate_limited", await CodeAsync(stack, header, "1.1.1.9"));
    }

    [Fact]
    public async Task Two_clients_behind_one_proxy_are_two()
    {
        await using var stack = await StartAsync(Proxied);
        for (var i = 0; i < 3; i++)
            Assert.NotEqual("rate_limited", await CodeAsync(stack, "X-Forwarded-For", $"6.6.6.{i}, 1.1.1.1"));
        Assert.Equal("rate_limited", await CodeAsync(stack, "X-Forwarded-For", "6.6.6.9, 1.1.1.1"));
        Assert.NotEqual("rate_limited", await CodeAsync(stack, "X-Forwarded-For", "1.1.1.2"));
    }

    /// <summary>A balancer that is refused would take the service away from everybody.</summary>
    [Fact]
    public async Task Health_and_metrics_are_never_limited()
    {
        await using var stack = await StartAsync(Direct);
        for (var i = 0; i < 5; i++)
        {
            foreach (var path in (string[])["/healthz", "/readyz", "/metrics"])
                Assert.Equal(200, (await stack.GetAsync(path)).Status);
        }
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
    }

    /// <summary>Behind one proxy, logins are limited by client as everything else is.</summary>
    [Fact]
    public async Task Logins_have_a_limit_of_their_own()
    {
        var rig = new BrokerRig { LoginsPerMinute = 1, OnAPort = true };
        await rig.InitializeAsync();
        Assert.Equal("invalid_input", (await rig.SendAsync("/v1/auth/wallet/start", "{}")).Code);
        Assert.Equal("rate_limited", (await rig.SendAsync("/v1/auth/wallet/verify", "{}")).Code);
        Assert.Equal("unauthorized", (await rig.SendAsync("/v1/cap/explain", Explain)).Code);
        await rig.DisposeAsync();
    }

    private static readonly string s_hash = "0x" + new string('a', 64);

    private static string Explain =>
        $$"""{"op":"list","data_class":"memory","operator_omni":"{{s_hash}}","actor_omni":"{{s_hash}}","device_key_hash":"{{s_hash}}"}""";

    private static Task<VaultStack> StartAsync(string settings) => VaultStack.StartAsync(() => new VaultStack { CommonSettings = settings });

    private static async Task<string?> CodeAsync(VaultStack stack, string header, string value)
    {
        using var http = stack.WorkerHttp();
        using var message = stack.FetchCall().Build().ToMessage();
        message.Headers.TryAddWithoutValidation(header, value);
        using var answer = await http.SendAsync(message);
        return (await WireAnswer.ReadAsync(answer)).Code;
    }
}
