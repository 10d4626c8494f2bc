namespace AgentKeys.Verification;

/// <summary>
/// A service's URL as clients name it in proofs and tokens. One spelling, since it is compared as text: scheme, host in lower case, port
/// where it is not the scheme's own, and a path if wanted, without a slash at the end.
/// </summary>
public static class PublicUrl
{
    public const string Expectation = "an http or https URL in its normal form, without query, fragment, user or a slash at the end";

    public static bool IsValid(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
        && url.GetLeftPart(UriPartial.Path).TrimEnd('/') == text;
}
