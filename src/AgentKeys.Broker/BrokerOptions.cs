using System.ComponentModel;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Broker;

/// <summary>Section <c>AgentKeys:Broker</c>. Relative paths are relative to the configuration file's folder.</summary>
internal sealed class BrokerOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Broker";

    [Description("Where clients are served: http://127.0.0.1:8091. TLS ends at the proxy in front.")]
    public string? Listen { get; set; }

    [Description("Where health and metrics are read, apart from the clients; without it metrics are at Listen, from this machine only.")]
    public string? MetricsListen { get; set; }

    [Description("How clients name this broker: an http or https URL without a path. The same as Trust:Issuer.")]
    public string? PublicUrl { get; set; }

    [Description("File of the key that signs sessions and caps (K1), 0600.")]
    public string? SessionKeyFile { get; set; }

    [Description("File of the key that signs storage tokens (K2), 0600.")]
    public string? OidcKeyFile { get; set; }

    [Description("Folder of the audit log.")]
    public string? StateDir { get; set; }

    [Description("Audience of the store of a data class: an STS role's, or agentkeys:store:ID:CLASS.")]
    public IDictionary<string, string> Audiences { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Login requests of one client in a minute, start and verify together: 1 to 1000000.")]
    public int LoginsPerMinute { get; set; } = 60;

    public void Validate(SettingErrors errors)
    {
        errors.RequireListenAddress(Listen, nameof(Listen));
        if (MetricsListen is not null)
            errors.RequireListenAddress(MetricsListen, nameof(MetricsListen));
        errors.Require(Verification.PublicUrl.IsValid(PublicUrl), nameof(PublicUrl), Verification.PublicUrl.Expectation);
        errors.Require(SessionKeyFile is { Length: > 0 }, nameof(SessionKeyFile), "the path of a key file");
        errors.Require(OidcKeyFile is { Length: > 0 }, nameof(OidcKeyFile), "the path of a key file");
        errors.Require(StateDir is { Length: > 0 }, nameof(StateDir), "the path of a folder");
        errors.Require(LoginsPerMinute is > 0 and <= 1_000_000, nameof(LoginsPerMinute), "1 to 1000000");
        foreach (var (dataClass, audience) in Audiences)
        {
            errors.Require(DataClasses.TryParse(dataClass, out _), $"{nameof(Audiences)}:{dataClass}", "a data class: credentials, memory, audit, email");
            errors.Require(audience is { Length: > 0 and <= 256 }, $"{nameof(Audiences)}:{dataClass}", "an audience of 1 to 256 characters");
        }
    }
}
