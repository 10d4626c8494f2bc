using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentKeys.Files;

/// <summary>
/// An open folder. Names are resolved inside it, one at a time and never through a symlink, so what happens to the path above
/// after opening does not matter.
/// </summary>
internal sealed class PosixFolder : IDisposable
{
    private readonly SafeFileHandle _handle;

    private PosixFolder(SafeFileHandle handle) => _handle = handle;

    /// <summary>The last component may not be a symlink.</summary>
    public static PosixFolder Open(string path) =>
        new(Own(Posix.open(path, Posix.FolderFlags), "open folder") ?? throw new PosixException("open folder", Posix.ENOENT));

    /// <returns>null when there is nothing of that name; a file or a symlink throws.</returns>
    public PosixFolder? OpenFolder(string name)
    {
        var handle = Own(Posix.openat(_handle, One(name), Posix.FolderFlags), "open folder");
        return handle is null ? null : new PosixFolder(handle);
    }

    /// <summary>Created 0700, and durable in its parent before it is used.</summary>
    public PosixFolder OpenOrCreateFolder(string name)
    {
        if (OpenFolder(name) is { } existing)
            return existing;
        if (Posix.mkdirat(_handle, One(name), 0x1C0 /* 0700 */) != 0 && Marshal.GetLastPInvokeError() != Posix.EEXIST)
            throw PosixException.Last("mkdir");
        Sync();
        return OpenFolder(name) ?? throw new PosixException("open folder", Posix.ENOENT);
    }

    /// <returns>null when there is nothing of that name; a symlink throws, and so does a pipe or a terminal.</returns>
    public SafeFileHandle? OpenFile(string name, bool write = false)
    {
        var file = Own(Posix.openat(_handle, One(name), Posix.FileFlags(write)), "open file");
        try
        {
            _ = file is null ? 0 : RandomAccess.GetLength(file);
            return file;
        }
        catch (NotSupportedException)
        {
            file!.Dispose();
            throw new PosixException("open file", Posix.ESPIPE);
        }
    }

    /// <summary>Create-only: false when the name is taken, by whatever.</summary>
    public bool TryLink(string name, PosixFolder to, string newName)
    {
        if (Posix.linkat(_handle, One(name), to._handle, One(newName), 0) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Posix.EEXIST ? false : throw PosixException.Last("link");
    }

    /// <summary>Replaces what is there, atomically.</summary>
    public void Rename(string name, PosixFolder to, string newName)
    {
        if (Posix.renameat(_handle, One(name), to._handle, One(newName)) != 0)
            throw PosixException.Last("rename");
    }

    /// <returns>false when there was nothing of that name.</returns>
    public bool Unlink(string name)
    {
        if (Posix.unlinkat(_handle, One(name), 0) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Posix.ENOENT ? false : throw PosixException.Last("unlink");
    }

    /// <summary>Names that were linked, renamed or unlinked here are durable on return.</summary>
    public void Sync() => Posix.Sync(_handle);

    public bool TryLockSoon() => Posix.TryLockSoon(_handle);

    /// <summary>Waits. The lock goes with this object.</summary>
    public void Lock(CancellationToken cancellationToken) => Posix.Lock(_handle, cancellationToken);

    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle? Own(int descriptor, string call)
    {
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        return Marshal.GetLastPInvokeError() == Posix.ENOENT ? null : throw PosixException.Last(call);
    }

    /// <summary>One path component and nothing that climbs: a slip here would be a bug in the caller.</summary>
    private static string One(string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
            throw new ArgumentException("One name, not a path.", nameof(name));
        return name;
    }
}
