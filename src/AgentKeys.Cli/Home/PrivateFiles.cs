using System.Security.Cryptography;

namespace AgentKeys.Cli;

/// <summary>
/// Files that only their owner may read. The mode is there when the file appears, not afterwards; a file is written aside, flushed
/// and renamed, so a reader sees the old one or the new one and a crash leaves no half.
/// </summary>
internal static class PrivateFiles
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

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
    public static void Write(string path, ReadOnlySpan<byte> content) => WriteAside(path, content, overwrite: true);

    /// <summary>Makes a new file; one that is there stays as it is.</summary>
    /// <exception cref="CliException">the file exists.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path))
            throw CliException.Failure($"{path} exists already and is not overwritten.");
        WriteAside(path, content, overwrite: false);
    }

    /// <exception cref="CliException">other users may read it.</exception>
    public static byte[] ReadSecret(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FolderMode) != 0)
            throw CliException.Failure($"{path} holds a secret and is open to other users.", $"chmod 600 {path}");
        return File.ReadAllBytes(path);
    }

    private static void WriteAside(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        var aside = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.new";
        try
        {
            using (var file = new FileStream(aside, NewFile()))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(aside, path, overwrite);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return options;
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }
}
