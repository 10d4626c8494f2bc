using Microsoft.AspNetCore.Builder;

namespace AgentKeys.Hosting;

/// <summary><c>--help</c> of a service: how it is started, and every setting that it reads.</summary>
public static class ServiceHelp
{
    private const string Common = """
        Options:
          --config FILE  the configuration file, JSON (or the variable AGENTKEYS_CONFIG; without both ./agentkeys.json, which may be missing)
          --check        judge the settings and the files that they name, and serve nothing: exit code 0, or 78 with every error
          --openapi      the service's routes as an OpenAPI 3.1 document
          --help         this text

        Settings stand in the file or in the environment, which wins: AgentKeys:Chain:Profile is AgentKeys__Chain__Profile. {n} counts from 0.
        Relative paths start at the file's folder. Unknown names are errors. Spans go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names.

        Settings:
        """;

    /// <param name="usage">one line a way to start it.</param>
    public static string Of(string usage, WebApplicationBuilder builder)
    {
        var lines = SettingsOf(builder).Select(s => $"  {s.Name} ({s.Kind}{(s.Default is { } value ? $", default {value}" : "")})\n      {s.Text}");
        return $"Usage: {usage}\n\n{Common}\n{string.Join('\n', lines)}\n";
    }

    internal static IEnumerable<SettingHelp> SettingsOf(WebApplicationBuilder builder) => SettingsCheck
        .TreeOf(builder.Services.Where(d => d.ServiceType == typeof(SettingsSection)).Select(d => (SettingsSection)d.ImplementationInstance!))
        .Help();
}
