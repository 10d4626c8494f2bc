using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Services;
using AgentKeys.Verification;
using Microsoft.Extensions.Options;

namespace AgentKeys.Signer;

/// <summary>The signer as services and routes.</summary>
public static class SignerHost
{
    public const string Role = "signer";

    public static WebApplicationBuilder AddSigner(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Role);
        // Read by hand: the server is made before settings are validated, and a missing one must not hide the other errors.
        if (builder.Configuration[$"{SignerOptions.Section}:{nameof(SignerOptions.Socket)}"] is { Length: > 0 } socket)
            builder.ListenOn(ServiceStart.Resolve(builder.Environment.ContentRootPath, socket));
        builder.ListenForWatchers(builder.Configuration[$"{SignerOptions.Section}:{nameof(SignerOptions.MetricsListen)}"]);
        var services = builder.Services;
        services.AddVerification(builder.Configuration);
        services.AddKnownSettings(SignerOptions.Section);
        services.AddValidatedSettings<SignerOptions>(SignerOptions.Section);
        services.AddSingleton(s => s.GetRequiredService<IOptions<SignerOptions>>().Value);
        services.AddSingleton(s => SignerPaths.Of(s.GetRequiredService<SignerOptions>(), s.GetRequiredService<IHostEnvironment>().ContentRootPath));
        services.AddSingleton(s => PeerTable.Read(s.GetRequiredService<SignerOptions>().Peers, new SettingErrors(SignerOptions.Section)));
        services.AddSingleton(s => new KeyRing(s.GetRequiredService<SignerPaths>().Ring, s.GetRequiredService<ILogger<KeyRing>>()));
        services.AddSingleton(OpenLogs);
        services.AddHostedService<OpenAtStart>();
        services.AddSingleton<KeyCounters>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<KeyRequests>();
        services.AddSingleton<IReadinessCheck, ChainReadinessCheck>();
        services.AddSingleton<IReadinessCheck>(s => new AuditReadinessCheck(() => s.GetRequiredService<SignerAudit>().Status));
        services.AddSingleton<IReadinessCheck, RingReadinessCheck>();
        return builder;
    }

    public static WebApplication MapSigner(this WebApplication app)
    {
        app.MapServiceDefaults();
        app.MapKeys();
        return app;
    }

    /// <summary>For <c>audit reopen</c>, before anything is built.</summary>
    internal static IReadOnlyList<AuditPlace> AuditPlaces(WebApplicationBuilder builder, string? _)
    {
        var options = builder.Configuration.ReadValidated<SignerOptions>(SignerOptions.Section);
        var paths = SignerPaths.Of(options, builder.Environment.ContentRootPath);
        return [.. PeerTable.Read(options.Peers, new SettingErrors(SignerOptions.Section)).Classes.Select(c => AuditPlaceOf(paths, c))];
    }

    private static AuditPlace AuditPlaceOf(SignerPaths paths, DataClass dataClass) => new(Path.Combine(paths.State, dataClass.Name()), $"{Role}:{dataClass.Name()}");

    private static SignerAudit OpenLogs(IServiceProvider services) => new(services.GetRequiredService<PeerTable>().Classes.ToDictionary(
        dataClass => dataClass, dataClass => AuditPlaceOf(services.GetRequiredService<SignerPaths>(), dataClass).Open(services)));

    /// <summary>Ring and logs are opened before the first request: what is wrong with them ends the process, not a request.</summary>
    private sealed class OpenAtStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = services.GetRequiredService<KeyRing>();
            _ = services.GetRequiredService<SignerAudit>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>The signer's paths, absolute.</summary>
internal sealed record SignerPaths(string Socket, string Ring, string State)
{
    public static SignerPaths Of(SignerOptions options, string root) =>
        new(ServiceStart.Resolve(root, options.Socket!), ServiceStart.Resolve(root, options.RingDir!), ServiceStart.Resolve(root, options.StateDir!));
}
