using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentKeys.Files;

/// <summary>
/// The few libc calls that .NET has no safe form of: create-only links, folder fsync, opening without following symlinks, flock, chown.
/// Compiled into each project that keeps files (a link in its csproj): a project of its own would be a reference from every
/// fenced project for 200 lines.
/// </summary>
/// <remarks>
/// open and openat are variadic; only their forms without a mode are imported, because Apple's arm64 passes variadic arguments
/// differently. Files are created by .NET (O_CREAT | O_EXCL with the mode).
/// </remarks>
internal static class Posix
{
    public const int ENOENT = 2, EEXIST = 17, ENOTDIR = 20, EISDIR = 21, ENOSPC = 28, ESPIPE = 29, EROFS = 30;
    public const int LockExclusive = 2, LockNonBlocking = 4;

    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(2);
    private static readonly bool s_mac = OperatingSystem.IsMacOS();
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int EWOULDBLOCK => s_mac ? 35 : 11;
    public static int ELOOP => s_mac ? 62 : 40;

    private static int ReadWrite => 2;
    private static int NonBlocking => s_mac ? 0x4 : 0x800;
    private static int CloseOnExec => s_mac ? 0x1000000 : 0x80000;

    // Linux numbers these two differently on arm.
    private static int Directory => s_mac ? 0x100000 : s_arm ? 0x4000 : 0x10000;
    private static int NoFollow => s_mac ? 0x100 : s_arm ? 0x8000 : 0x20000;

    public static int FolderFlags => Directory | NoFollow | CloseOnExec;

    /// <summary>Non-blocking: a named pipe put where a file belongs must not hang us.</summary>
    public static int FileFlags(bool write) => NoFollow | CloseOnExec | NonBlocking | (write ? ReadWrite : 0);

    /// <summary>Durable on return; on Apple .NET asks the drive itself (F_FULLFSYNC).</summary>
    public static void Sync(SafeFileHandle handle)
    {
        if (s_mac)
            RandomAccess.FlushToDisk(handle);
        else if (fsync(handle) != 0)
            throw PosixException.Last("fsync");
    }

    /// <summary>False when another open file description, here or in another process, has the lock.</summary>
    public static bool TryLock(SafeFileHandle handle)
    {
        if (flock(handle, LockExclusive | LockNonBlocking) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == EWOULDBLOCK ? false : throw PosixException.Last("flock");
    }

    /// <summary>
    /// As <see cref="TryLock"/>, with a tenth of a second of patience: a child process that is just being started holds copies of our
    /// descriptors until it runs its program, also of those that we have closed meanwhile.
    /// </summary>
    public static bool TryLockSoon(SafeFileHandle handle)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            if (TryLock(handle))
                return true;
            Thread.Sleep(5);
        }
        return TryLock(handle);
    }

    /// <summary>Waits, but never longer than the caller: whoever may open the file may also hold its lock for ever.</summary>
    /// <exception cref="OperationCanceledException">the lock did not come free.</exception>
    public static void Lock(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        while (!TryLock(handle))
        {
            if (cancellationToken.WaitHandle.WaitOne(s_lockPause))
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The owner stays; a symlink is not followed. Allowed to root, and to the owner for a group that it is a member of.</summary>
    public static void GiveToGroup(string path, uint group)
    {
        const uint Unchanged = uint.MaxValue;
        if (lchown(path, Unchanged, group) != 0)
            throw PosixException.Last("chown");
    }

#pragma warning disable SYSLIB1054, CA5392 // generated marshalling needs unsafe code; libc is not looked for in our folder
    private const string Libc = "libc";

    [DllImport(Libc, SetLastError = true)]
    public static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport(Libc, SetLastError = true)]
    public static extern int openat(SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    [DllImport(Libc, SetLastError = true)]
    public static extern int mkdirat(SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint mode);

    [DllImport(Libc, SetLastError = true)]
    public static extern int linkat(SafeFileHandle from, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, SafeFileHandle to, [MarshalAs(UnmanagedType.LPUTF8Str)] string newName, int flags);

    [DllImport(Libc, SetLastError = true)]
    public static extern int renameat(SafeFileHandle from, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, SafeFileHandle to, [MarshalAs(UnmanagedType.LPUTF8Str)] string newName);

    [DllImport(Libc, SetLastError = true)]
    public static extern int unlinkat(SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    [DllImport(Libc, SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    [DllImport(Libc, SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport(Libc, SetLastError = true)]
    private static extern int flock(SafeFileHandle file, int operation);
#pragma warning restore SYSLIB1054, CA5392
}

/// <summary>A libc call failed. <see cref="Errno"/> says how.</summary>
internal sealed class PosixException(string call, int errno)
    : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno)
{
    public int Errno { get; } = errno;

    public static PosixException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
