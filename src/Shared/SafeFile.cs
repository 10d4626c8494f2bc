#pragma warning disable CA1416 // file modes: these processes run on Linux and macOS
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AgentKeys.Files;

/// <summary>
/// Whole files that must be there completely or not at all, and readable by their owner only: 0600 from the first byte, written
/// aside, fsynced, put in place in one step, the folder fsynced.
/// </summary>
internal static class SafeFile
{
    public const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Create-only. False, and nothing changed, when the path is taken.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> bytes)
    {
        using var folder = PosixFolder.Open(FolderOf(path));
        var aside = WriteAside(path, bytes);
        try
        {
            var created = folder.TryLink(aside, folder, Path.GetFileName(path));
            folder.Unlink(aside);
            folder.Sync();
            return created;
        }
        catch
        {
            File.Delete(Path.Combine(FolderOf(path), aside));
            throw;
        }
    }

    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        using var folder = PosixFolder.Open(FolderOf(path));
        var aside = WriteAside(path, bytes);
        try
        {
            folder.Rename(aside, folder, Path.GetFileName(path));
        }
        catch
        {
            File.Delete(Path.Combine(FolderOf(path), aside));
            throw;
        }
        folder.Sync();
    }

    /// <summary>A new file with exactly these bytes, 0600, fsynced; its name is not durable until the folder is.</summary>
    public static void WriteNew(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, // O_CREAT | O_EXCL: a symlink or anything else of that name is refused
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = OwnerFile,
            BufferSize = 0,
        });
        WriteAt(file.SafeFileHandle, bytes, 0);
        Posix.Sync(file.SafeFileHandle);
    }

    /// <summary>Writes all of it. A file that grows beyond a limit of the system (EFBIG) is an <see cref="IOException"/> like a full disk, not the framework's wrong argument.</summary>
    public static void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new IOException("The file would be larger than this system allows.", e);
        }
    }

    /// <summary>Reads a file that only its owner may read or write.</summary>
    /// <exception cref="FileNotFoundException">nothing there.</exception>
    /// <exception cref="UnauthorizedAccessException">a symlink, not a plain file, or rights for group or others.</exception>
    /// <exception cref="InvalidDataException">longer than <paramref name="maxLength"/>.</exception>
    public static byte[] ReadOwned(string path, int maxLength)
    {
        using var folder = PosixFolder.Open(FolderOf(path));
        using var file = OpenPlain(folder, Path.GetFileName(path)) ?? throw new FileNotFoundException("No such file.", path);
        if ((File.GetUnixFileMode(file) & ~OwnerFile) != 0)
            throw new UnauthorizedAccessException($"{path} must be readable by its owner only: chmod 600.");
        var length = RandomAccess.GetLength(file);
        if (length > maxLength)
            throw new InvalidDataException($"{path} is longer than {maxLength} bytes.");
        var bytes = new byte[length];
        ReadExactly(file, bytes, 0);
        return bytes;
    }

    /// <summary>Creates the folder 0700 with its parents, or takes one that nobody else can write to.</summary>
    /// <exception cref="UnauthorizedAccessException">a symlink, or writable by group or others.</exception>
    public static void EnsureFolder(string path)
    {
        var info = new DirectoryInfo(path);
        if (!info.Exists && info.LinkTarget is null)
            info = Directory.CreateDirectory(path, OwnerFolder);
        if (info.LinkTarget is not null)
            throw new UnauthorizedAccessException($"{path} is a symlink.");
        if ((info.UnixFileMode & OthersWrite) != 0)
            throw new UnauthorizedAccessException($"{path} is writable by others: chmod 700.");
    }

    public static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new EndOfStreamException("The file ended early.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    private static SafeFileHandle? OpenPlain(PosixFolder folder, string name)
    {
        try
        {
            return folder.OpenFile(name);
        }
        catch (PosixException e) when (e.Errno == Posix.ELOOP)
        {
            throw new UnauthorizedAccessException($"{name} is a symlink.", e);
        }
        catch (PosixException e) when (e.Errno == Posix.ESPIPE)
        {
            throw new UnauthorizedAccessException($"{name} is not a plain file.", e);
        }
    }

    private static string WriteAside(string path, ReadOnlySpan<byte> bytes)
    {
        var aside = $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.aside";
        try
        {
            WriteNew(Path.Combine(FolderOf(path), aside), bytes);
            return aside;
        }
        catch
        {
            File.Delete(Path.Combine(FolderOf(path), aside)); // half a secret
            throw;
        }
    }

    private static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("A file in a folder.", nameof(path));
}
