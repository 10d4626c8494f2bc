using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>Reads the storage session out of a request's headers: exactly one kind, complete, each header once.</summary>
public static class StorageSessionHeaders
{
    public const string LocalToken = "AgentKeys-Storage-Token";
    public const string AccessKeyId = "X-Aws-Access-Key-Id";
    public const string SecretAccessKey = "X-Aws-Secret-Access-Key";
    public const string SessionToken = "X-Aws-Session-Token";

    /// <summary>Longer than any session token that is given out; what is longer is not one.</summary>
    public const int MaxLength = 8 * 1024;

    /// <param name="values">every value of a header by its name; empty when it is absent.</param>
    /// <returns><c>storage_session_required</c> for none, a part of one, an empty or repeated header, or both kinds.</returns>
    public static Result<StorageSession> Parse(Func<string, IReadOnlyList<string?>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] cloudNames = [AccessKeyId, SecretAccessKey, SessionToken];
        var local = values(LocalToken);
        var cloud = cloudNames.Select(values).ToArray();
        var anyCloud = cloud.Any(header => header.Count > 0);

        if (local.Count == 0 && !anyCloud)
            return Required($"This request needs storage credentials: {LocalToken}, or the three X-Aws- headers.");
        if (local.Count > 0 && anyCloud)
            return Required($"Send {LocalToken} or the three X-Aws- headers, not both.");
        if (local.Count > 0)
            return IsOne(local) ? new StorageSession.Local(local[0]!) : Required($"{LocalToken} must be there once and not be empty.");
        for (var i = 0; i < cloudNames.Length; i++)
        {
            if (!IsOne(cloud[i]))
                return Required($"{cloudNames[i]} must be there once and not be empty.");
        }
        return new StorageSession.Cloud(cloud[0][0]!, cloud[1][0]!, cloud[2][0]!);
    }

    private static bool IsOne(IReadOnlyList<string?> header) =>
        header is [{ Length: > 0 and <= MaxLength } value] && !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static Refusal Required(string detail) => new(RefusalCode.StorageSessionRequired, detail);
}
