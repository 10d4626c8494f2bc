using AgentKeys.Chain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentKeys.Verification;

public static class VerificationServices
{
    /// <summary>Its sections, and the types whose described properties are their settings.</summary>
    public static IReadOnlyList<(string Section, Type Type)> Settings { get; } = [(ChainOptions.Section, typeof(ChainOptions)), (TrustOptions.Section, typeof(TrustOptions))];

    /// <summary>
    /// <see cref="CapGate"/>, <see cref="SessionGate"/>, <see cref="IFactsSource"/>, <see cref="ILoginResolver"/>, <see cref="TrustedIssuer"/>
    /// from the sections <c>AgentKeys:Chain</c> and <c>AgentKeys:Trust</c>, validated at start with all errors at once. Every
    /// registered registry reader counts as one endpoint; where none is registered, the configured endpoints are opened.
    /// </summary>
    public static IServiceCollection AddVerification(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChainOptions>().Bind(configuration.GetSection(ChainOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddOptions<TrustOptions>().Bind(configuration.GetSection(TrustOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<ChainSettings>();
        services.AddSingleton<IValidateOptions<ChainOptions>>(s => s.GetRequiredService<ChainSettings>());
        services.AddSingleton<IValidateOptions<TrustOptions>, TrustSettings>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new ProcessStart(s.GetRequiredService<TimeProvider>().GetUtcNow()));
        services.AddHostedService<StartMark>();
        services.AddSingleton(s => TrustSettings.Read(s.GetRequiredService<IOptions<TrustOptions>>().Value));
        services.AddSingleton(s => s.GetRequiredService<ChainSettings>().Read(s.GetRequiredService<IOptions<ChainOptions>>().Value));
        services.AddMetrics();
        services.AddSingleton<ChainMetrics>();
        services.AddSingleton(OpenFacts);
        services.AddSingleton<IFactsSource>(s => s.GetRequiredService<FactsSource>());
        services.AddHostedService<ChainCheck>();
        services.AddSingleton<ILoginResolver, LoginResolver>();
        services.AddSingleton<CapGate>();
        services.AddSingleton<SessionGate>();
        return services;
    }

    private static FactsSource OpenFacts(IServiceProvider services)
    {
        var configured = services.GetRequiredService<ConfiguredChain>();
        var clock = services.GetRequiredService<TimeProvider>();
        List<IRegistryReader> given = [.. services.GetServices<IRegistryReader>()];
        List<RegistryEndpoint> endpoints = given.Count > 0
            ? [.. given.Select((reader, i) => new RegistryEndpoint($"{reader.ClientName} {i + 1}", reader, configured.Freshness.Confirmations))]
            : [.. configured.Endpoints.Select(url => Open(url, configured, clock))];
        var client = given.Count > 0 ? given[0].ClientName : configured.Client.Name;
        return new FactsSource(configured.Deployment.Chain, endpoints, configured.Freshness, client, clock, services.GetRequiredService<ChainMetrics>(), services.GetRequiredService<ILogger<FactsSource>>());
    }

    private static RegistryEndpoint Open(Uri url, ConfiguredChain configured, TimeProvider clock)
    {
        var endpoint = ChainEndpoint.Open(configured.Client, url, configured.Deployment, configured.Deadline, clock);
        return new RegistryEndpoint(url.GetLeftPart(UriPartial.Authority), endpoint.Reader, configured.Freshness.Confirmations, endpoint.CheckAsync);
    }

    /// <summary>A wrong chain ends the process before it serves; one that cannot be asked yet does not, since it may come back.</summary>
    /// <param name="services">asked at start, when the settings have been judged: all their errors come first, and together.</param>
    private sealed class ChainCheck(IServiceProvider services) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (await services.GetRequiredService<FactsSource>().CheckAsync(cancellationToken) is { Count: > 0 } wrong)
                throw new AggregateException(wrong.Select(w => new InvalidDataException($"{ChainOptions.Section}: {w}")));
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Hosted services are made before the server listens: so the mark is before the first request, not at it.</summary>
    private sealed class StartMark(ProcessStart start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = start.At;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
