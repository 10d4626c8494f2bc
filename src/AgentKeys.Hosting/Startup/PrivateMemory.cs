using System.Runtime.InteropServices;

namespace AgentKeys.Hosting;

/// <summary>
/// Keys and credentials pass through a service's memory. Before anything is read into it: no crash may write that memory to a file, and no
/// other process of the same user may look into it or its environment.
/// </summary>
/// <remarks>
/// The limit stops a core file. It does not stop a core that the kernel pipes to a program, so on Linux the process is not dumpable either,
/// which also refuses ptrace, <c>/proc/PID/mem</c> and <c>/proc/PID/environ</c>. NOT stopped: root, and whoever may read the key files.
/// </remarks>
public static class PrivateMemory
{
    private const int CoreSize = 4; // RLIMIT_CORE, on Linux and macOS
    private const int SetDumpable = 4; // PR_SET_DUMPABLE

    /// <summary>The runtime's own crash dumps, by their current and their old prefix.</summary>
    private static readonly string[] s_dumpSwitches = ["DOTNET_DbgEnableMiniDump", "COMPlus_DbgEnableMiniDump"];

    /// <returns>null, or what a person must put right before this may start.</returns>
    public static string? Keep()
    {
        if (s_dumpSwitches.FirstOrDefault(IsOn) is { } name)
            return $"{name} is on: a crash would write keys and credentials to a file; unset it";
        if (OperatingSystem.IsWindows())
            return null;
        if (setrlimit(CoreSize, default) != 0)
            return $"core files cannot be switched off: {Marshal.GetLastPInvokeErrorMessage()}";
        if (OperatingSystem.IsLinux() && prctl(SetDumpable, 0, 0, 0, 0) != 0)
            return $"this process cannot be made undumpable: {Marshal.GetLastPInvokeErrorMessage()}";
        return null;
    }

    private static bool IsOn(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value && value.Trim() != "0";

    /// <summary>struct rlimit: soft and hard, here both zero, so nothing that this process starts can raise it again.</summary>
    private readonly record struct Limit(ulong Soft, ulong Hard);

#pragma warning disable SYSLIB1054, CA5392 // generated marshalling needs unsafe code; libc is not looked for in our folder
    [DllImport("libc", SetLastError = true)]
    private static extern int setrlimit(int resource, in Limit limit);

    [DllImport("libc", SetLastError = true)]
    private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);
#pragma warning restore SYSLIB1054, CA5392
}
