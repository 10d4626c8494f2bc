using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AgentKeys.Hosting;

/// <summary>What every service does the same way: limits, one shape of error, health, logs, shutdown.</summary>
public static class ServiceDefaults
{
    /// <summary>Default of a request's body; a route that takes more says so itself.</summary>
    public const long MaxBodyBytes = 64 * 1024;

    /// <param name="role">shown by <c>/healthz</c> and <c>/readyz</c>: <c>broker</c>, <c>signer</c>, <c>worker:credentials</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string role)
    {
        // Its own words for a request hold what clients send; ours are RequestTelemetry's.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new ServiceRole(role));
        services.AddSingleton<LargeRequests>();
        services.AddMetrics();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<ReadinessReports>();
        services.AddSingleton<RequestTelemetry>();
        services.AddSingleton<DistributedContextPropagator>(new TraceParentOnly());
        services.AddHostedService<TraceExport>();
        services.AddValidatedSettings<ClientOptions>(ClientOptions.Section);
        services.AddSingleton(s => new ClientAddresses(s.GetRequiredService<IOptions<ClientOptions>>().Value));
        services.AddSingleton(s => new RateGate(
            s.GetRequiredService<ClientAddresses>(), new ClientLimiter(s.GetRequiredService<IOptions<ClientOptions>>().Value.RequestsPerMinute, s.GetRequiredService<TimeProvider>())));
        services.AddValidatedSettings<ShutdownOptions>(ShutdownOptions.Section);
        services.AddSingleton(s => s.GetRequiredService<IOptions<ShutdownOptions>>().Value);
        services.AddSingleton<SystemdNotify>();
        services.AddHostedService<LifecycleNotes>();
        services.Configure<KestrelServerOptions>(SetLimits);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => BeStrict(options.SerializerOptions));
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownOptions.WholeOf(builder.Configuration));
        services.AddExceptionHandler<ProblemPipeline>();
        ServiceLogging.Add(builder.Logging, builder.Configuration);
        return builder;
    }

    /// <summary>First in the pipeline: everything mapped afterwards answers errors in the one shape.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<MetricsCollector>(); // listens before anything is measured
        _ = app.Services.GetRequiredService<ProcessMetrics>();
        app.Use((http, next) => http.RequestServices.GetRequiredService<RequestTelemetry>().RunAsync(http, next));
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = _ => true, // ProblemPipeline logs what deserves it, once
            ExceptionHandler = context => RefusalResults.WriteAsync(context, new(Protocol.RefusalCode.InternalError, "Something went wrong here.")),
        });
        app.UseStatusCodePages(ProblemPipeline.WriteStatus);
        app.Use(OneSpelling.Require);
        app.Use(LocalOnly.Require);
        app.Use((http, next) => http.RequestServices.GetRequiredService<RateGate>().RunAsync(http, next));
        MetricsEndpoint.Map(app);
        HealthEndpoints.Map(app, app.Services.GetRequiredService<ServiceRole>().Name);
        return app;
    }

    /// <summary>
    /// Bodies are read strictly whatever their context says, because here the framework's options win: the web defaults would
    /// take other cases of a name, numbers as text, unknown and duplicate members.
    /// </summary>
    private static void BeStrict(JsonSerializerOptions json)
    {
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.MaxDepth = 8;
    }

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 4096;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
    }
}

/// <param name="Name">which service this process is.</param>
public sealed record ServiceRole(string Name);
