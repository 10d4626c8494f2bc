using AgentKeys.Chain;
using AgentKeys.ChainClients;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AgentKeys.Verification;

/// <summary>Turns <see cref="ChainOptions"/> into a profile and a deployment, or names everything that is wrong with them.</summary>
/// <param name="environment">relative paths are relative to its content root, the configuration file's folder.</param>
internal sealed class ChainSettings(IHostEnvironment environment) : IValidateOptions<ChainOptions>
{
    public ValidateOptionsResult Validate(string? name, ChainOptions options)
    {
        var errors = new List<string>();
        _ = Read(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Of options that have been validated.</summary>
    public ConfiguredChain Read(ChainOptions options)
    {
        var errors = new List<string>();
        return Read(options, errors) ?? throw new InvalidOperationException(string.Join("; ", errors));
    }

    private ConfiguredChain? Read(ChainOptions options, List<string> errors)
    {
        var profile = ReadProfile(options.Profile, errors);
        var deployment = ReadFile(options.Deployment, "Deployment", DeploymentJson.Parse, errors);
        var urls = ReadUrls(options.RpcUrls, profile, errors);
        var client = CompiledChainClients.Choose(options.Client, out var wrong);
        if (client is null)
            errors.Add($"{ChainOptions.Section}:Client: {wrong}");
        if (options.TimeoutMilliseconds is < 100 or > 30_000)
            errors.Add($"{ChainOptions.Section}:TimeoutMilliseconds: 100 to 30000");
        if (profile is not null && deployment is not null && profile.ChainId != deployment.ChainId)
            errors.Add($"{ChainOptions.Section}:Deployment: it is on chain {deployment.ChainId}, the profile is chain {profile.ChainId}");
        return errors.Count == 0 ? new ConfiguredChain(client!, profile!, deployment!, urls, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds)) : null;
    }

    private ChainProfile? ReadProfile(string? profile, List<string> errors)
    {
        if (profile is null or "")
            errors.Add($"{ChainOptions.Section}:Profile: one of {Names}, or the path of a profile file");
        else if (ChainProfiles.Find(profile) is { } known)
            return known;
        else if (profile.EndsWith(".json", StringComparison.Ordinal))
            return ReadFile(profile, "Profile", ChainProfileJson.Parse, errors);
        else
            errors.Add($"{ChainOptions.Section}:Profile: no chain has that name; one of {Names}, or the path of a profile file");
        return null;
    }

    private static string Names => string.Join(", ", ChainProfiles.All.Select(p => p.Name));

    private T? ReadFile<T>(string? path, string setting, Func<string, T> parse, List<string> errors)
        where T : class
    {
        try
        {
            if (path is { Length: > 0 })
                return parse(File.ReadAllText(Path.Combine(environment.ContentRootPath, path)));
            errors.Add($"{ChainOptions.Section}:{setting}: the path of a file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.Add($"{ChainOptions.Section}:{setting}: {e.Message}");
        }
        return null;
    }

    private static List<Uri> ReadUrls(IList<string> configured, ChainProfile? profile, List<string> errors)
    {
        if (configured.Count == 0)
            return [.. profile?.RpcUrls ?? []];
        var urls = new List<Uri>();
        for (var i = 0; i < configured.Count; i++)
        {
            if (Uri.TryCreate(configured[i], UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
                urls.Add(url);
            else
                errors.Add($"{ChainOptions.Section}:RpcUrls:{i}: an http or https URL");
        }
        // The same endpoint twice would pass for two opinions.
        if (urls.Distinct().Count() != urls.Count)
            errors.Add($"{ChainOptions.Section}:RpcUrls: one URL is there twice");
        return urls;
    }
}

/// <param name="Client">who talks to the endpoints.</param>
/// <param name="Endpoints">at least one, all different.</param>
internal sealed record ConfiguredChain(IChainClient Client, ChainProfile Profile, Deployment Deployment, IReadOnlyList<Uri> Endpoints, TimeSpan Deadline)
{
    public FreshnessPolicy Freshness => new(
        Profile.MaxHeadAgeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, (ulong)Profile.Confirmations, Deadline);
}
