using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentKeys.Hosting;

/// <summary>
/// Sends spans to a collector when the environment names one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or <c>..._TRACES_ENDPOINT</c>), with the other usual
/// variables for protocol, headers, sampling and names. From a bounded queue on a thread of its own: a collector that is slow or gone costs spans, never a request.
/// </summary>
internal sealed class TraceExport(ServiceRole role) : IHostedService, IDisposable
{
    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!TraceVariables.IsOn)
            return Task.CompletedTask;
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Describe)
            .AddSource(ServiceTracing.ServerSource, ServiceTracing.Sources)
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    /// <summary>What is in the queue is still sent, for at most five seconds.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        _provider = null;
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();

    /// <summary>A name of ours where the environment gives none.</summary>
    private void Describe(ResourceBuilder resource)
    {
        if (!TraceVariables.NamesService)
            resource.AddService("agentkeys-" + role.Name.Replace(':', '-'), autoGenerateServiceInstanceId: false);
    }
}
