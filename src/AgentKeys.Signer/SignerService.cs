using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>What makes a host a signer.</summary>
public static class SignerService
{
    /// <summary>Everything the signer needs besides facts (<c>AddVerification</c>) and what every service has.</summary>
    public static IServiceCollection AddSigner(this IServiceCollection services, SignerOptions options)
    {
        var faults = new List<string>();
        var peers = PeerTable.Create(options.Peers, faults);
        services.AddSingleton(peers);
        services.AddSingleton(provider => new KeyRing(options.RingDir, provider.GetRequiredService<ILogger<KeyRing>>()));
        services.AddSingleton(provider => OpenLogs(options, peers, provider));
        services.AddSingleton<KeyService>();
        services.AddSingleton<KeyRequests>();
        return services;
    }

    public static void MapSigner(this IEndpointRouteBuilder app) => app.MapKeys();

    private static SignerAudit OpenLogs(SignerOptions options, PeerTable peers, IServiceProvider provider)
    {
        var logs = new Dictionary<DataClass, IAuditSink>();
        foreach (var dataClass in peers.Classes)
        {
            var opening = LocalAuditLog.OpenOrCreateAsync(new LocalAuditLogOptions
            {
                Folder = Path.Combine(options.StateDir, dataClass.Name()),
                Verifier = $"signer:{dataClass.Name()}",
                Time = provider.GetRequiredService<TimeProvider>(),
                Logger = provider.GetRequiredService<ILogger<SignerAudit>>(),
            });
            // Once, while the process starts and nothing is served yet: a container has no asynchronous constructors.
            logs[dataClass] = opening.AsTask().GetAwaiter().GetResult();
        }
        return new SignerAudit(logs);
    }
}
