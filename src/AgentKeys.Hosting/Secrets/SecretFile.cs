using AgentKeys.Files;

namespace AgentKeys.Hosting;

/// <summary>Secrets come from files that only their owner may read, never from settings or arguments.</summary>
public static class SecretFile
{
    public const int MaxLength = 64 * 1024;

    /// <summary>The caller zeroes the bytes when it is done.</summary>
    /// <exception cref="FileNotFoundException">no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">a symlink, not a plain file, or any right for group or others.</exception>
    /// <exception cref="InvalidDataException">longer than <see cref="MaxLength"/>.</exception>
    public static byte[] Read(string path) => SafeFile.ReadOwned(path, MaxLength);

    /// <summary>0600 from the first byte, durable on return. False, and nothing changed, when the path is taken.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> secret) => SafeFile.TryCreate(path, secret);

    /// <summary>Replaces in one step what is there.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> secret) => SafeFile.Replace(path, secret);

    /// <summary>Makes the folder 0700, or takes one that is not a symlink and that nobody else may write to.</summary>
    public static void EnsureFolder(string path) => SafeFile.EnsureFolder(path);
}
