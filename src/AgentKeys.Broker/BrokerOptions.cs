using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Broker;

/// <summary>Section <c>AgentKeys:Broker</c>. Relative paths are relative to the configuration file's folder.</summary>
internal sealed class BrokerOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Broker";

    /// <summary>Where to listen, as Kestrel takes it: <c>http://127.0.0.1:8091</c>.</summary>
    public string? Listen { get; set; }

    /// <summary>How clients name this broker; the issuer of every token.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>K1.</summary>
    public string? SessionKeyFile { get; set; }

    /// <summary>K2.</summary>
    public string? OidcKeyFile { get; set; }

    /// <summary>Folder of the audit log.</summary>
    public string? StateDir { get; set; }

    /// <summary>Data class to the audience of its store: an STS role's, or <c>agentkeys:store:&lt;id&gt;:&lt;class&gt;</c>.</summary>
    public IDictionary<string, string> Audiences { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Login requests per client and minute, start and verify together.</summary>
    public int LoginsPerMinute { get; set; } = 60;

    public void Validate(SettingErrors errors)
    {
        errors.Require(Uri.TryCreate(Listen, UriKind.Absolute, out var listen) && listen.Scheme is "http" or "https", nameof(Listen), "an http or https URL");
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
