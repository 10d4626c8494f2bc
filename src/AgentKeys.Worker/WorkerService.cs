using AgentKeys.Audit;
using AgentKeys.Storage;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

/// <summary>What makes a host a worker of one role.</summary>
public static class WorkerService
{
    /// <summary>Everything a role needs besides facts (<c>AddVerification</c>) and what every service has.</summary>
    public static IServiceCollection AddWorker(this IServiceCollection services, WorkerRole role, WorkerOptions options)
    {
        services.AddSingleton(role);
        services.AddSingleton(new WorkerAddress(options.PublicUrl));
        services.AddSingleton<IAuditSink>(provider => OpenLog(role, options, provider));
        services.AddSingleton<IStorageTokenVerifier>(provider => new StorageTokens(provider.GetRequiredService<TrustedIssuer>(), options.Store.Id));
        services.AddSingleton(provider => CreateSignerClient(options, provider));
        services.AddSingleton<IObjectStore>(provider => OpenStore(options, provider));
        services.AddSingleton<ObjectVault>();
        services.AddSingleton<CapPipeline>();
        services.AddSingleton<CredentialActs>();
        return services;
    }

    public static void MapWorker(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<WorkerRole>().Map(app);

    private static SignerClient CreateSignerClient(WorkerOptions options, IServiceProvider provider) => new(
        SignerSocket.CreateClient(options.SignerSocket),
        TimeSpan.FromMilliseconds(options.SignerTimeoutMilliseconds),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<SignerClient>>());

    private static LocalObjectStore OpenStore(WorkerOptions options, IServiceProvider provider) =>
        new(options.Store.Root, provider.GetRequiredService<IStorageTokenVerifier>(), provider.GetRequiredService<TimeProvider>());

    /// <summary>Blocks once, while the process starts and nothing is served yet: a container has no asynchronous constructors.</summary>
    private static LocalAuditLog OpenLog(WorkerRole role, WorkerOptions options, IServiceProvider provider) =>
        LocalAuditLog.OpenOrCreateAsync(new LocalAuditLogOptions
        {
            Folder = Path.Combine(options.StateDir, "audit"),
            Verifier = role.Verifier,
            Time = provider.GetRequiredService<TimeProvider>(),
            Logger = provider.GetRequiredService<ILogger<LocalAuditLog>>(),
        }).AsTask().GetAwaiter().GetResult();
}
