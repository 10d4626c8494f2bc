using AgentKeys.Verification;
using Microsoft.Extensions.Options;

namespace AgentKeys.Broker.Keys;

/// <summary>Loads the two keys, and refuses to start with keys that nobody out there would believe.</summary>
/// <param name="environment">relative paths are relative to its content root.</param>
internal sealed class BrokerKeys(IHostEnvironment environment, IServiceProvider services) : IValidateOptions<BrokerOptions>
{
    public ValidateOptionsResult Validate(string? name, BrokerOptions options)
    {
        var errors = new List<string>();
        var session = Try(options.SessionKeyFile, KeyPurpose.Session, errors);
        var oidc = Try(options.OidcKeyFile, KeyPurpose.Oidc, errors);
        using (session)
        using (oidc)
        {
            if (Trust() is { } trust)
                Compare(options, session, oidc, trust, errors);
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Of options that have been validated.</summary>
    public TokenSigner Load(BrokerOptions options) => new(
        SigningKeyFile.Load(PathOf(options.SessionKeyFile!), KeyPurpose.Session), SigningKeyFile.Load(PathOf(options.OidcKeyFile!), KeyPurpose.Oidc));

    private static void Compare(BrokerOptions options, SigningKey? session, SigningKey? oidc, TrustedIssuer trust, List<string> errors)
    {
        if (options.PublicUrl is not null && options.PublicUrl != trust.Issuer)
            errors.Add($"{BrokerOptions.Section}:PublicUrl: it must be AgentKeys:Trust:Issuer, which verifiers compare it with");
        if (session is not null && !trust.CapKeySet.Contains(session.PublicKey))
            errors.Add($"{BrokerOptions.Section}:SessionKeyFile: its public key is not in AgentKeys:Trust:CapKeys, so nobody would take its caps");
        if (oidc is not null && !trust.StorageKeySet.Contains(oidc.PublicKey))
            errors.Add($"{BrokerOptions.Section}:OidcKeyFile: its public key is not in AgentKeys:Trust:StorageKeys, so no store would take its tokens");
    }

    /// <summary>Null when the trust itself is wrong: that has its own errors.</summary>
    private TrustedIssuer? Trust()
    {
        try
        {
            return services.GetRequiredService<TrustedIssuer>();
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }

    private SigningKey? Try(string? path, KeyPurpose purpose, List<string> errors)
    {
        if (path is null or "")
            return null; // has its own error
        try
        {
            return SigningKeyFile.Load(PathOf(path), purpose);
        }
        catch (SigningKeyException e)
        {
            errors.Add($"{BrokerOptions.Section}:{(purpose == KeyPurpose.Session ? nameof(BrokerOptions.SessionKeyFile) : nameof(BrokerOptions.OidcKeyFile))}: {e.Message}");
            return null;
        }
    }

    private string PathOf(string path) => Path.Combine(environment.ContentRootPath, path);
}
