namespace AgentKeys.Hosting;

/// <summary>The variables of OpenTelemetry that say whether and where spans go. The library reads them too, and says nothing where they are wrong.</summary>
internal static class TraceVariables
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string TracesProtocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    private const string Sampler = "OTEL_TRACES_SAMPLER";

    private static readonly string[] s_samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    public static bool IsOn => (Get(Endpoint) ?? Get(TracesEndpoint)) is not null
        && Get("OTEL_TRACES_EXPORTER") is not "none" && !string.Equals(Get("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    public static bool NamesService => Get("OTEL_SERVICE_NAME") is not null
        || Get("OTEL_RESOURCE_ATTRIBUTES")?.Split(',').Any(a => a.TrimStart().StartsWith("service.name=", StringComparison.Ordinal)) == true;

    /// <summary>All that is wrong, each with its variable; none of their values, which may hold a token.</summary>
    public static IEnumerable<string> Errors()
    {
        foreach (var name in (string[])[Endpoint, TracesEndpoint])
        {
            if (Get(name) is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
                yield return $"{name}: an http or https URL";
        }
        foreach (var name in (string[])[Protocol, TracesProtocol])
        {
            if (Get(name) is { } protocol && protocol is not ("grpc" or "http/protobuf"))
                yield return $"{name}: grpc or http/protobuf";
        }
        if (Get(Sampler) is { } sampler && !s_samplers.Contains(sampler))
            yield return $"{Sampler}: one of {string.Join(", ", s_samplers)}";
    }

    private static string? Get(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
