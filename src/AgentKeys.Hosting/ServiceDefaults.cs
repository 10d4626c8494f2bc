using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentKeys.Hosting;

/// <summary>What every service does the same way: limits, one shape of error, health, logs, shutdown.</summary>
public static class ServiceDefaults
{
    /// <summary>Default of a request's body; a route that takes more says so itself.</summary>
    public const long MaxBodyBytes = 64 * 1024;

    /// <param name="role">shown by <c>/healthz</c> and <c>/readyz</c>: <c>broker</c>, <c>signer</c>, <c>worker:credentials</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string role)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new ServiceRole(role));
        services.AddSingleton<LargeRequests>();
        services.Configure<KestrelServerOptions>(SetLimits);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => BeStrict(options.SerializerOptions));
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(15));
        services.AddExceptionHandler<ProblemPipeline>();
        AddLogging(builder.Logging);
        return builder;
    }

    /// <summary>First in the pipeline: everything mapped afterwards answers errors in the one shape.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = _ => true, // ProblemPipeline logs what deserves it, once
            ExceptionHandler = context => RefusalResults.WriteAsync(context, new(Protocol.RefusalCode.InternalError, "Something went wrong here.")),
        });
        app.UseStatusCodePages(ProblemPipeline.WriteStatus);
        app.Use(OneSpelling.Require);
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

    /// <summary>All on stderr: stdout is a program's data.</summary>
    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(options =>
        {
            options.FormatterName = LineFormatter.FormatterName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
    }
}

/// <param name="Name">which service this process is.</param>
public sealed record ServiceRole(string Name);
