using System.Net;
using System.Text.Json;
using AgentKeys.Hosting;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class HealthTests
{
    private sealed class Check(string name, bool ok) : IReadinessCheck
    {
        public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken) =>
            new(new ReadinessReport(name, ok, new Dictionary<string, string> { ["headAge"] = "3s" }));
    }

    private sealed class Throwing : IReadinessCheck
    {
        public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("SECRET");
    }

    [Fact]
    public async Task Alive_says_which_role_it_is()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal("""{"status":"alive","role":"worker:test"}""", await service.Client.GetStringAsync("/healthz"));
        Assert.Equal("""{"status":"ready","role":"worker:test","checks":[]}""", await service.Client.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task One_check_that_fails_is_not_ready_and_all_are_shown()
    {
        await using var service = await TestService.StartAsync(null, new Check("audit", true), new Check("store", false), new Throwing());
        var response = await service.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        using var body = JsonDocument.Parse(text);
        Assert.Equal("not_ready", body.RootElement.GetProperty("status").GetString());
        var checks = body.RootElement.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal([true, false, false], checks.Select(check => check.GetProperty("ok").GetBoolean()));
        Assert.Equal("3s", checks[1].GetProperty("details").GetProperty("headAge").GetString());
        Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/healthz")).StatusCode);
    }
}
