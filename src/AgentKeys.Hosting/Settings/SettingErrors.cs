namespace AgentKeys.Hosting;

/// <summary>Collects what is wrong with a section, each with the setting's name and the environment variable that sets it.</summary>
public sealed class SettingErrors(string section)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    /// <param name="setting">name inside the section: <c>PublicUrl</c>, <c>Quota:Objects</c>.</param>
    /// <param name="problem">what it must be; never its value, which may be a secret.</param>
    public void Add(string setting, string problem)
    {
        var name = $"{section}:{setting}";
        _errors.Add($"{name} (environment: {name.Replace(":", "__", StringComparison.Ordinal)}): {problem}");
    }

    public void Require(bool ok, string setting, string problem)
    {
        if (!ok)
            Add(setting, problem);
    }

    public void RequireListenAddress(string? value, string setting) => Require(ListenAddress.TryParse(value, out _), setting, ListenAddress.Expectation);

    /// <summary>An absolute http(s) URL without path, query, fragment or credentials: what proofs name in htu.</summary>
    public void RequirePublicUrl(string? value, string setting) => Require(
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            && url.PathAndQuery == "/" && url.Fragment.Length == 0 && url.UserInfo.Length == 0,
        setting,
        "an absolute http or https URL without a path.");
}
