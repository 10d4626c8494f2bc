using AgentKeys.Audit;
using AgentKeys.Broker.Caps;
using AgentKeys.Broker.Discovery;
using AgentKeys.Broker.Keys;
using AgentKeys.Broker.Login;
using AgentKeys.Broker.Metrics;
using AgentKeys.Broker.Storage;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Services;
using AgentKeys.Verification;
using Microsoft.Extensions.Options;

namespace AgentKeys.Broker;

/// <summary>The broker as services and routes.</summary>
public static class BrokerHost
{
    public const string Role = "broker";

    public static WebApplicationBuilder AddBroker(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Role);
        builder.ListenForClients(builder.Configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.Listen)}"]);
        builder.ListenForWatchers(builder.Configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.MetricsListen)}"]);
        var services = builder.Services;
        services.AddVerification(builder.Configuration);
        services.AddKnownSettings(BrokerOptions.Section);
        services.AddValidatedSettings<BrokerOptions>(BrokerOptions.Section);
        services.AddSingleton<BrokerKeys>();
        services.AddSingleton<IValidateOptions<BrokerOptions>>(s => s.GetRequiredService<BrokerKeys>());
        services.AddSingleton(s => s.GetRequiredService<IOptions<BrokerOptions>>().Value);

        services.AddSingleton(s => new BrokerIdentity(s.GetRequiredService<BrokerOptions>().PublicUrl!));
        services.AddSingleton(s => s.GetRequiredService<BrokerKeys>().Load(s.GetRequiredService<BrokerOptions>()));
        services.AddSingleton(OpenLog);
        services.AddSingleton<MintRecord>();
        services.AddSingleton<CapCounters>();
        services.AddSingleton(s => new PerClientLimit(new ClientLimiter(s.GetRequiredService<BrokerOptions>().LoginsPerMinute, s.GetRequiredService<TimeProvider>())));
        services.AddSingleton<LoginChallenges>();
        services.AddSingleton<LoginService>();
        services.AddSingleton<CapMint>();
        services.AddSingleton<CapExplain>();
        services.AddSingleton(ReadAudiences);
        services.AddSingleton<StorageTokenMint>();
        services.AddSingleton(Publish);
        services.AddHostedService<OpenAtStart>();
        services.AddSingleton<IReadinessCheck, ChainReadinessCheck>();
        services.AddSingleton<IReadinessCheck, KeysReadinessCheck>();
        services.AddSingleton<IReadinessCheck>(s => new AuditReadinessCheck(() => s.GetRequiredService<IAuditSink>().Status));
        return builder;
    }

    public static WebApplication MapBroker(this WebApplication app)
    {
        app.MapServiceDefaults();
        app.MapLogin();
        app.MapStorageTokens();
        app.MapCaps();
        app.MapDiscovery();
        return app;
    }

    /// <summary>For <c>audit reopen</c>, before anything is built.</summary>
    internal static IReadOnlyList<AuditPlace> AuditPlaces(WebApplicationBuilder builder, string? _) =>
        [AuditPlaceOf(builder.Configuration.ReadValidated<BrokerOptions>(BrokerOptions.Section), builder.Environment)];

    private static AuditPlace AuditPlaceOf(BrokerOptions options, IHostEnvironment environment) =>
        new(ServiceStart.Resolve(environment.ContentRootPath, options.StateDir!), Role);

    private static IAuditSink OpenLog(IServiceProvider services) =>
        AuditPlaceOf(services.GetRequiredService<BrokerOptions>(), services.GetRequiredService<IHostEnvironment>()).Open(services);

    private static StorageAudiences ReadAudiences(IServiceProvider services) => new(
        services.GetRequiredService<BrokerOptions>().Audiences.ToDictionary(a => DataClasses.TryParse(a.Key, out var dataClass) ? dataClass : default, a => a.Value));

    /// <summary>The active key first, then the others that stores still take.</summary>
    private static PublishedKeys Publish(IServiceProvider services)
    {
        var active = services.GetRequiredService<TokenSigner>().OidcKey;
        return new PublishedKeys([active, .. services.GetRequiredService<TrustedIssuer>().StorageKeySet.Where(k => k != active)]);
    }

    /// <summary>Keys and log are opened before the server listens, not by the first client.</summary>
    private sealed class OpenAtStart(TokenSigner signer, IAuditSink audit, ILogger<OpenAtStart> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Log.Opened(logger, signer.SessionKey.KeyId(), signer.OidcKey.KeyId(), audit.Status.Records);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
