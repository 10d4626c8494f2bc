using AgentKeys.Files;

namespace AgentKeys.Cli;

/// <summary>
/// Files that only their owner may read. The mode is there when the file appears, not afterwards; a file is written aside, flushed
/// and put in place in one step (<see cref="SafeFile"/>), so a reader sees the old one or the new one, and neither a crash nor a full
/// disk leaves a half.
/// </summary>
internal static class PrivateFiles
{
    public const UnixFileMode FileMode = SafeFile.OwnerFile;
    public const UnixFileMode FolderMode = SafeFile.OwnerFolder;

    /// <summary>Makes the folder 0700 where it is missing. One that is there and open to others is refused, not changed.</summary>
    public static void EnsureFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            CreateFolder(path);
            return;
        }
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FolderMode) != 0)
            throw CliException.Failure($"{path} is open to other users.", $"chmod 700 {path}");
    }

    /// <summary>Replaces <paramref name="path"/> as a whole.</summary>
    /// <exception cref="CliException">the old file is as it was: no room, no right to write, or something of that name that is no file.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            SafeFile.Replace(Followed(path), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
    }

    /// <summary>Makes a new file; one that is there stays as it is.</summary>
    /// <exception cref="CliException">the file exists, or there is none because it could not be written whole.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        bool created;
        try
        {
            created = SafeFile.TryCreate(Followed(path), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
        if (!created)
            throw CliException.Failure($"{path} exists already and is not overwritten.", "move it away, or name another one");
    }

    /// <exception cref="CliException">other users may read it.</exception>
    public static byte[] ReadSecret(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FolderMode) != 0)
            throw CliException.Failure($"{path} holds a secret and is open to other users.", $"chmod 600 {path}");
        return File.ReadAllBytes(path);
    }

    /// <summary>A folder that is a symlink is followed, since a person named it; the file itself never is: it is replaced.</summary>
    private static string Followed(string path)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(path)!);
        return folder.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Path.Combine(target.FullName, Path.GetFileName(path)) : path;
    }

    private static CliException NotWritten(string path, Exception e) =>
        CliException.Failure($"{path} was not written: {e.Message}", "nothing was changed; is there room on the disk, and may you write in that folder?", e);

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }
}
