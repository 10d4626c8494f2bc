using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using AgentKeys.Verification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>Settings are judged at start, all errors at once, each with the setting's name.</summary>
public sealed class VerificationSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTokens _tokens = new();

    [Fact]
    public void Good_settings_give_every_service()
    {
        using var services = Build(Good());
        Assert.Equal(new FakeRegistry(new ManualTime()).Chain, services.GetRequiredService<IFactsSource>().Chain);
        Assert.Equal(1, services.GetRequiredService<TrustedIssuer>().CapKeys.Count);
        Assert.NotNull(services.GetRequiredService<CapGate>());
        Assert.NotNull(services.GetRequiredService<SessionGate>());
        Assert.NotNull(services.GetRequiredService<ILoginResolver>());
    }

    [Fact]
    public async Task Given_readers_count_as_endpoints()
    {
        using var services = Build(Good(), new FakeRegistry(new ManualTime()), new FakeRegistry(new ManualTime()));
        Assert.Equal(2, (await services.GetRequiredService<IFactsSource>().ProbeAsync(default)).DefenceLevel);
    }

    [Theory]
    [InlineData("Chain:Profile", "nochain", "AgentKeys:Chain:Profile")]
    [InlineData("Chain:Profile", null, "AgentKeys:Chain:Profile")]
    [InlineData("Chain:Profile", "base", "chain 31337, the profile is chain 8453")]
    [InlineData("Chain:Deployment", "missing.json", "AgentKeys:Chain:Deployment")]
    [InlineData("Chain:Deployment", null, "AgentKeys:Chain:Deployment")]
    [InlineData("Chain:RpcUrls:0", "ws://127.0.0.1", "AgentKeys:Chain:RpcUrls:0")]
    [InlineData("Chain:RpcUrls:1", "http://127.0.0.1:8545", "there twice")]
    [InlineData("Chain:Client", "web3", "AgentKeys:Chain:Client: one of auto, nethereum, builtin")]
#if !NETHEREUM
    [InlineData("Chain:Client", "nethereum", "AgentKeys:Chain:Client: nethereum is not compiled into this program: build it")]
#endif
    [InlineData("Chain:TimeoutMilliseconds", "99", "AgentKeys:Chain:TimeoutMilliseconds")]
    [InlineData("Trust:Issuer", "http://127.0.0.1:8091/", "AgentKeys:Trust:Issuer")]
    [InlineData("Trust:Issuer", "HTTP://127.0.0.1:8091", "AgentKeys:Trust:Issuer")]
    [InlineData("Trust:Issuer", "http://127.0.0.1:8091?a", "AgentKeys:Trust:Issuer")]
    [InlineData("Trust:Issuer", null, "AgentKeys:Trust:Issuer")]
    [InlineData("Trust:CapKeys:0:Kty", "RSA", "AgentKeys:Trust:CapKeys:0")]
    [InlineData("Trust:CapKeys:0:X", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AgentKeys:Trust:CapKeys:0")]
    [InlineData("Trust:StorageKeys:0:Crv", "secp256k1", "AgentKeys:Trust:StorageKeys:0")]
    public void One_wrong_setting_is_named(string setting, string? value, string named)
    {
        var settings = Good();
        settings["AgentKeys:" + setting] = value;
        Assert.Contains(named, Assert.Single(Errors(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_both_kinds_is_refused()
    {
        var settings = Good();
        AddKey(settings, "StorageKeys:0", _tokens.K1);
        Assert.Contains("both", Assert.Single(Errors(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        var settings = new Dictionary<string, string?> { ["AgentKeys:Chain:TimeoutMilliseconds"] = "0" };
        Assert.Equal(6, Errors(settings).Count);
    }

    [Fact]
    public void An_unknown_setting_is_not_overlooked()
    {
        var settings = Good();
        settings["AgentKeys:Chain:TimeoutMiliseconds"] = "2000";
        using var services = Build(settings);
        Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IOptions<ChainOptions>>().Value);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _tokens.Dispose();
    }

    private Dictionary<string, string?> Good()
    {
        File.WriteAllText(_folder["deployment.json"], DeploymentJson.Write(new FakeRegistry(new ManualTime()).Deployment));
        var settings = new Dictionary<string, string?>
        {
            ["AgentKeys:Chain:Profile"] = "anvil",
            ["AgentKeys:Chain:RpcUrls:0"] = "http://127.0.0.1:8545",
            ["AgentKeys:Chain:Deployment"] = "deployment.json",
            ["AgentKeys:Trust:Issuer"] = _tokens.Issuer,
        };
        AddKey(settings, "CapKeys:0", _tokens.K1);
        AddKey(settings, "StorageKeys:0", _tokens.K2);
        return settings;
    }

    internal static void AddKey(Dictionary<string, string?> settings, string name, Jwk key)
    {
        settings[$"AgentKeys:Trust:{name}:Kty"] = "EC";
        settings[$"AgentKeys:Trust:{name}:Crv"] = key.Curve;
        settings[$"AgentKeys:Trust:{name}:X"] = Base64UrlStrict.Encode(key.X.ToArray());
        settings[$"AgentKeys:Trust:{name}:Y"] = Base64UrlStrict.Encode(key.Y.ToArray());
    }

    private List<string> Errors(Dictionary<string, string?> settings)
    {
        using var services = Build(settings);
        var errors = new List<string>();
        Collect(() => services.GetRequiredService<IOptions<ChainOptions>>().Value);
        Collect(() => services.GetRequiredService<IOptions<TrustOptions>>().Value);
        return errors;

        void Collect(Func<object> read)
        {
            if (Record.Exception(() => { read(); }) is OptionsValidationException e)
                errors.AddRange(e.Failures);
        }
    }

    private ServiceProvider Build(Dictionary<string, string?> settings, params IRegistryReader[] readers)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IHostEnvironment>(new Folder(_folder.Path));
        foreach (var reader in readers)
            services.AddSingleton(reader);
        services.AddVerification(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider();
    }

    private sealed class Folder(string path) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Test";
        public string ApplicationName { get; set; } = "Test";
        public string ContentRootPath { get; set; } = path;
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
