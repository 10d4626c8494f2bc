using AgentKeys.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class ValidatedSettingsTests
{
    private sealed class Settings : IValidatedSettings
    {
        public string? PublicUrl { get; set; }
        public int Ttl { get; set; }

        public void Validate(SettingErrors errors)
        {
            errors.RequirePublicUrl(PublicUrl, nameof(PublicUrl));
            errors.Require(Ttl is >= 60 and <= 900, nameof(Ttl), "60 to 900 seconds.");
        }
    }

    private static HostApplicationBuilder Builder(params (string, string?)[] values)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(values.Select(v => KeyValuePair.Create("AgentKeys:Broker:" + v.Item1, v.Item2)));
        builder.Services.AddValidatedSettings<Settings>("AgentKeys:Broker");
        return builder;
    }

    [Fact]
    public async Task A_start_names_every_mistake_at_once_with_its_variable()
    {
        using var host = Builder(("PublicUrl", "ftp://x"), ("Ttl", "5")).Build();
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(2, e.Failures.Count());
        Assert.StartsWith("AgentKeys:Broker:PublicUrl (environment: AgentKeys__Broker__PublicUrl): ", e.Failures.First(), StringComparison.Ordinal);
        Assert.DoesNotContain("ftp", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Failures, Assert.Throws<OptionsValidationException>(() => Builder(("PublicUrl", "ftp://x"), ("Ttl", "5")).Configuration.ReadValidated<Settings>("AgentKeys:Broker")).Failures);
    }

    [Fact]
    public async Task Good_settings_start()
    {
        using var host = Builder(("PublicUrl", "https://broker.example"), ("Ttl", "300")).Build();
        await host.StartAsync();
        Assert.Equal(300, host.Services.GetRequiredService<IOptions<Settings>>().Value.Ttl);
    }

    [Fact]
    public async Task A_misspelt_setting_does_not_pass_silently()
    {
        using var host = Builder(("PublicUrl", "https://broker.example"), ("Ttl", "300"), ("Tttl", "1")).Build();
        await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("broker.example")]
    [InlineData("https://broker.example/path")]
    [InlineData("https://broker.example?x")]
    [InlineData("https://broker.example#x")]
    [InlineData("https://me@broker.example")]
    public void A_public_url_is_an_origin(string? url)
    {
        var errors = new SettingErrors("S");
        errors.RequirePublicUrl(url, "U");
        Assert.Single(errors.Errors);
    }
}
