using System.Security.Cryptography;
using AgentKeys.Protocol;
using Microsoft.Extensions.Options;

namespace AgentKeys.Verification;

/// <summary>Turns <see cref="TrustOptions"/> into keys, or names everything that is wrong with them.</summary>
internal sealed class TrustSettings : IValidateOptions<TrustOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustOptions options)
    {
        var errors = new List<string>();
        _ = Read(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Of options that have been validated.</summary>
    public static TrustedIssuer Read(TrustOptions options) => Read(options, []) ?? throw new InvalidOperationException("The trust options were not validated.");

    private static TrustedIssuer? Read(TrustOptions options, List<string> errors)
    {
        if (!PublicUrl.IsValid(options.Issuer))
            errors.Add($"{TrustOptions.Section}:Issuer: {PublicUrl.Expectation}");
        var capKeys = ReadKeys(options.CapKeys, "CapKeys", errors);
        var storageKeys = ReadKeys(options.StorageKeys, "StorageKeys", errors);
        if (capKeys.Intersect(storageKeys).Any())
            errors.Add($"{TrustOptions.Section}: one key is both a cap key and a storage key");
        return errors.Count > 0
            ? null
            : new TrustedIssuer(options.Issuer!, new TrustedKeys(capKeys), new TrustedKeys(storageKeys)) { CapKeySet = capKeys, StorageKeySet = storageKeys };
    }

    private static List<Jwk> ReadKeys(IList<JwkOptions> options, string name, List<string> errors)
    {
        var keys = new List<Jwk>();
        if (options.Count == 0)
            errors.Add($"{TrustOptions.Section}:{name}: at least one public JWK");
        for (var i = 0; i < options.Count; i++)
        {
            if (TryRead(options[i], out var key))
                keys.Add(key);
            else
                errors.Add($"{TrustOptions.Section}:{name}:{i}: a public P-256 JWK with kty, crv, x and y");
        }
        return keys;
    }

    private static bool TryRead(JwkOptions options, out Jwk key)
    {
        key = null!;
        if (options.Kty != "EC" || options.Crv != Jwk.P256 || !Base64UrlStrict.TryDecode32(options.X, out var x) || !Base64UrlStrict.TryDecode32(options.Y, out var y))
            return false;
        key = new Jwk(Jwk.P256, x.ToArray(), y.ToArray());
        try
        {
            _ = new TrustedKeys([key]);
            return true;
        }
        catch (CryptographicException)
        {
            return false; // not a point of the curve
        }
    }
}
