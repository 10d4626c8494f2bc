using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Storage;
using AgentKeys.Verification;
using Microsoft.Extensions.Options;

namespace AgentKeys.Worker;

/// <summary>A worker of one role as services and routes.</summary>
public static class WorkerHost
{
    public static WebApplicationBuilder AddWorker(this WebApplicationBuilder builder, WorkerRole role)
    {
        builder.AddServiceDefaults(role.Verifier);
        var section = WorkerOptions.Section(role);
        builder.ListenForClients(builder.Configuration[$"{section}:{nameof(WorkerOptions.Listen)}"]);
        builder.ListenForWatchers(builder.Configuration[$"{section}:{nameof(WorkerOptions.MetricsListen)}"]);
        var services = builder.Services;
        services.AddVerification(builder.Configuration);
        services.AddKnownSettings(WorkerOptions.Sections);
        foreach (var other in WorkerRole.All.Where(r => r != role))
            services.AddSingleton(SettingsSection.OfAnother(WorkerOptions.Section(other)));
        services.AddValidatedSettings<WorkerOptions>(section);
        services.AddSingleton(role);
        services.AddSingleton(s => s.GetRequiredService<IOptions<WorkerOptions>>().Value);
        services.AddSingleton(s => new WorkerAddress(s.GetRequiredService<WorkerOptions>().PublicUrl!));
        services.AddSingleton(OpenLog);
        services.AddSingleton(JudgeTokens);
        services.AddSingleton(OpenStore);
        services.AddSingleton(CreateSignerClient);
        services.AddHostedService<OpenAtStart>();
        services.AddSingleton<ObjectLocks>();
        services.AddSingleton<ActorRoom>();
        services.AddSingleton<ObjectVault>();
        services.AddSingleton<ObjectLister>();
        services.AddSingleton<ObjectTeardown>();
        services.AddSingleton<CapPipeline>();
        services.AddSingleton<ObjectActs>();
        services.AddSingleton<IReadinessCheck, ChainReadinessCheck>();
        services.AddSingleton<IReadinessCheck>(s => new AuditReadinessCheck(() => s.GetRequiredService<IAuditSink>().Status));
        services.AddSingleton<IReadinessCheck, StoreReadinessCheck>();
        services.AddSingleton<IReadinessCheck, SignerReadinessCheck>();
        return builder;
    }

    public static WebApplication MapWorker(this WebApplication app)
    {
        app.MapServiceDefaults();
        app.Services.GetRequiredService<WorkerRole>().Map(app);
        return app;
    }

    private static string Resolve(IServiceProvider services, string path) =>
        ServiceStart.Resolve(services.GetRequiredService<IHostEnvironment>().ContentRootPath, path);

    /// <summary>For <c>audit reopen</c>, before anything is built.</summary>
    internal static IReadOnlyList<AuditPlace> AuditPlaces(WebApplicationBuilder builder, string? roleName)
    {
        var role = WorkerRole.Find(roleName) ?? throw new InvalidDataException($"--role: one of {string.Join(", ", WorkerRole.All.Select(r => r.Name))}");
        return [AuditPlaceOf(role, builder.Configuration.ReadValidated<WorkerOptions>(WorkerOptions.Section(role)), builder.Environment)];
    }

    private static AuditPlace AuditPlaceOf(WorkerRole role, WorkerOptions options, IHostEnvironment environment) =>
        new(ServiceStart.Resolve(environment.ContentRootPath, options.StateDir!), role.Verifier);

    private static IAuditSink OpenLog(IServiceProvider services) => AuditPlaceOf(
        services.GetRequiredService<WorkerRole>(), services.GetRequiredService<WorkerOptions>(), services.GetRequiredService<IHostEnvironment>()).Open(services);

    private static IStorageTokenVerifier JudgeTokens(IServiceProvider services)
    {
        var issuer = services.GetRequiredService<TrustedIssuer>();
        return new StorageTokenVerifier(issuer.StorageKeys, issuer.Issuer, services.GetRequiredService<WorkerOptions>().Store.Id!);
    }

    private static IObjectStore OpenStore(IServiceProvider services) => new LocalObjectStore(
        Resolve(services, services.GetRequiredService<WorkerOptions>().Store.Root!),
        services.GetRequiredService<IStorageTokenVerifier>(),
        services.GetRequiredService<TimeProvider>());

    private static SignerClient CreateSignerClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<WorkerOptions>();
        return new SignerClient(
            SignerSocket.CreateClient(Resolve(services, options.SignerSocket!)),
            TimeSpan.FromMilliseconds(options.SignerTimeoutMilliseconds),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SignerClient>>());
    }

    /// <summary>Log and store are opened before the first request: what is wrong with them ends the process, not a request.</summary>
    private sealed class OpenAtStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = services.GetRequiredService<IAuditSink>();
            _ = services.GetRequiredService<IObjectStore>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
