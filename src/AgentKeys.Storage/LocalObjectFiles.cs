using System.Security.Cryptography;
using AgentKeys.Files;
using AgentKeys.Protocol;

namespace AgentKeys.Storage;

internal enum DeleteResult
{
    Deleted,
    Missing,
    Mismatch,
}

/// <summary>The folders and files of a local store: no rule about who, only how.</summary>
internal sealed class LocalObjectFiles
{
    /// <summary>Far above any object (8 MiB of data and its envelope): a file that is longer is not one.</summary>
    private const long MaxLength = 64L << 20;

    private const string Incoming = ".incoming";

    private readonly string _root;
    private readonly string _incoming;

    public LocalObjectFiles(string root)
    {
        _root = Path.GetFullPath(root);
        _incoming = Path.Combine(_root, Incoming);
        SafeFile.EnsureFolder(_root);
        SafeFile.EnsureFolder(_incoming);
    }

    /// <summary>
    /// Files that were never put in place. One that another process is writing is locked and stays; one that it was about to put in
    /// place may go: that write then fails, it is never half done.
    /// </summary>
    public void RemoveLeftovers()
    {
        using var incoming = PosixFolder.Open(_incoming);
        foreach (var name in Directory.EnumerateFiles(_incoming).Select(Path.GetFileName).OfType<string>())
        {
            if (IsLeftover(incoming, name))
                incoming.Unlink(name);
        }
    }

    /// <summary>Links and pipes are nobody's write.</summary>
    private static bool IsLeftover(PosixFolder incoming, string name)
    {
        try
        {
            using var file = incoming.OpenFile(name);
            return file is not null && Posix.TryLock(file);
        }
        catch (PosixException e) when (e.Errno == Posix.ELOOP || e.Errno == Posix.ESPIPE)
        {
            return true;
        }
    }

    public byte[]? Read(StorageKey key)
    {
        using var folder = OpenFolder(key);
        return folder is null ? null : Read(folder, FileName(key));
    }

    public bool TryCreate(StorageKey key, ReadOnlySpan<byte> bytes)
    {
        using var folder = OpenFolder(key, create: true)!;
        using var aside = new Aside(_incoming, bytes);
        var created = aside.TryLink(folder, FileName(key));
        folder.Sync();
        return created;
    }

    public bool TryReplace(StorageKey key, ReadOnlySpan<byte> bytes, Func<byte[]?, bool> expected, CancellationToken cancellationToken)
    {
        using var folder = OpenFolder(key);
        if (folder is null)
            return false;
        using var aside = new Aside(_incoming, bytes);
        folder.Lock(cancellationToken);
        if (!expected(Read(folder, FileName(key))))
            return false;
        aside.Rename(folder, FileName(key));
        folder.Sync();
        return true;
    }

    public DeleteResult Delete(StorageKey key, Func<byte[], bool> expected, CancellationToken cancellationToken)
    {
        using var folder = OpenFolder(key);
        if (folder is null)
            return DeleteResult.Missing;
        folder.Lock(cancellationToken);
        var current = Read(folder, FileName(key));
        if (current is null)
            return DeleteResult.Missing;
        if (!expected(current))
            return DeleteResult.Mismatch;
        folder.Unlink(FileName(key));
        folder.Sync();
        return DeleteResult.Deleted;
    }

    /// <summary>In no order. Names that no key has, and symlinks, are not objects.</summary>
    public IEnumerable<ObjectEntry> List(Omni actor, DataClass dataClass)
    {
        var prefix = StorageKey.Prefix(actor, dataClass);
        using var folder = OpenLevels(prefix.TrimEnd('/').Split('/'), create: false);
        if (folder is null)
            return [];
        var path = Path.Combine(_root, prefix);
        return [.. Entries(path, prefix).Concat(SubFolders(path).SelectMany(sub => Entries(Path.Combine(path, sub), prefix + sub + "/")))
            .Select(file => StorageKey.TryParseName(actor, dataClass, file.Path, out var name) ? new ObjectEntry(name, file.Length) : null)
            .OfType<ObjectEntry>()];
    }

    private static IEnumerable<(string Path, long Length)> Entries(string folder, string prefix) =>
        new DirectoryInfo(folder).EnumerateFiles()
            .Where(file => (file.Attributes & FileAttributes.ReparsePoint) == 0)
            .Select(file => (prefix + file.Name, LengthOf(file)))
            .Where(entry => entry.Item2 >= 0);

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return -1; // deleted while we looked
        }
    }

    private static IEnumerable<string> SubFolders(string folder) =>
        new DirectoryInfo(folder).EnumerateDirectories()
            .Where(sub => (sub.Attributes & FileAttributes.ReparsePoint) == 0)
            .Select(sub => sub.Name);

    private static byte[]? Read(PosixFolder folder, string name)
    {
        using var file = folder.OpenFile(name);
        if (file is null)
            return null;
        var length = RandomAccess.GetLength(file);
        if (length > MaxLength)
            throw new IOException("Not an object.");
        var bytes = new byte[length];
        SafeFile.ReadExactly(file, bytes, 0);
        return bytes;
    }

    private static string[] Levels(StorageKey key) => key.ToString().Split('/');

    private static string FileName(StorageKey key) => Levels(key)[^1];

    private PosixFolder? OpenFolder(StorageKey key, bool create = false) => OpenLevels(Levels(key).AsSpan(..^1), create);

    /// <summary>Down from the root, one name at a time.</summary>
    private PosixFolder? OpenLevels(ReadOnlySpan<string> levels, bool create)
    {
        PosixFolder? folder = PosixFolder.Open(_root);
        foreach (var level in levels)
        {
            var parent = folder!;
            using (parent)
                folder = create ? parent.OpenOrCreateFolder(level) : parent.OpenFolder(level);
            if (folder is null)
                return null;
        }
        return folder;
    }

    /// <summary>A whole, fsynced file that nobody sees yet.</summary>
    private sealed class Aside : IDisposable
    {
        private readonly PosixFolder _folder;
        private readonly string _name = RandomNumberGenerator.GetHexString(32, lowercase: true);
        private bool _moved;

        public Aside(string incoming, ReadOnlySpan<byte> bytes)
        {
            _folder = PosixFolder.Open(incoming);
            try
            {
                SafeFile.WriteNew(Path.Combine(incoming, _name), bytes);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public bool TryLink(PosixFolder to, string name) => _folder.TryLink(_name, to, name);

        public void Rename(PosixFolder to, string name)
        {
            _folder.Rename(_name, to, name);
            _moved = true;
        }

        public void Dispose()
        {
            using (_folder)
            {
                if (!_moved)
                    _folder.Unlink(_name);
            }
        }
    }
}
