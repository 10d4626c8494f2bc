using System.Runtime.InteropServices;

namespace AgentKeys.Testing.Processes;

/// <summary>Faults of the machine that hit one process and nobody else, and that go away again.</summary>
public static class ProcessLimits
{
    private const int FileSize = 1; // RLIMIT_FSIZE
    private const ulong Unlimited = ulong.MaxValue;

    /// <summary>
    /// Before a command of a test that runs as root: it becomes the same user without any of root's powers, so a file's rights bind it too.
    /// Nothing for anybody else.
    /// </summary>
    public static IReadOnlyList<string> WithoutPowers =>
        !IsRoot ? [] : File.Exists("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] : throw new InvalidOperationException(NoSetpriv);

    /// <summary>Why <see cref="WithoutPowers"/> cannot be had; null when it can.</summary>
    public static string? Missing => IsRoot && !File.Exists("/usr/bin/setpriv") ? NoSetpriv : null;

    public static bool IsRoot => geteuid() == 0;

    private const string NoSetpriv = "setpriv (util-linux) is not installed: run the tests as an ordinary user, or install it.";

    /// <summary>From now on that process writes no file beyond this size: the part of a full disk that needs no disk.</summary>
    public static void LimitFiles(int pid, long bytes) => Set(pid, (ulong)bytes);

    /// <summary>The disk has room again.</summary>
    public static void UnlimitFiles(int pid) => Set(pid, Unlimited);

    private static void Set(int pid, ulong soft)
    {
        if (prlimit(pid, FileSize, new Limit(soft, Unlimited), 0) != 0)
            throw new InvalidOperationException($"prlimit: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private readonly record struct Limit(ulong Soft, ulong Hard);

    [DllImport("libc", SetLastError = true)]
    private static extern int prlimit(int pid, int resource, in Limit limit, nint old);

    [DllImport("libc")]
    private static extern uint geteuid();
}
