using AgentKeys.Files;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Keys;

/// <summary><c>keys create --session FILE --oidc FILE</c>: two new keys, 0600, never over an existing file. Public JWKs on stdout.</summary>
internal static class KeysCommand
{
    private const int NotMade = 1;
    private const int NotUnderstood = 2;

    public static bool IsAsked(IReadOnlyList<string> args) => args is ["keys", ..];

    /// <returns>exit code: 0 made, 1 not made, 2 not understood.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        if (args is not ["keys", "create", "--session", var session, "--oidc", var oidc])
            return Fail(error, "usage: AgentKeys.Broker keys create --session FILE --oidc FILE", NotUnderstood);
        if (Path.GetFullPath(session) == Path.GetFullPath(oidc))
            return Fail(error, "agentkeys: error: the two keys need two files", NotUnderstood);
        // Both are looked at first, so that a rerun does not leave one new key beside an old one.
        if (new[] { session, oidc }.FirstOrDefault(File.Exists) is { } taken)
            return Fail(error, $"agentkeys: error: {taken} is there already and is kept", NotMade);
        try
        {
            EnsureFolders(session, oidc);
            if (!SigningKeyFile.TryCreate(session, KeyPurpose.Session, out var sessionKey))
                return Fail(error, $"agentkeys: error: {session} is there already and is kept", NotMade);
            if (!SigningKeyFile.TryCreate(oidc, KeyPurpose.Oidc, out var oidcKey))
                return Fail(error, $"agentkeys: error: {oidc} is there already and is kept", NotMade);
            output.WriteLine(ToJson(sessionKey, oidcKey));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(error, $"agentkeys: error: {e.Message}", NotMade);
        }
    }

    /// <summary>A folder that is not there is made for its owner alone; one that is there is the caller's business.</summary>
    private static void EnsureFolders(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!, SafeFile.OwnerFolder);
    }

    /// <summary>What goes into the verifiers' <c>AgentKeys:Trust</c>.</summary>
    private static string ToJson(Jwk session, Jwk oidc) => $$"""{"session":{{session.ToJson()}},"oidc":{{oidc.ToJson()}}}""";

    private static int Fail(TextWriter error, string message, int code)
    {
        error.WriteLine(message);
        return code;
    }
}
