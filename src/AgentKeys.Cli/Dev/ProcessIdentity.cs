using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentKeys.Cli;

/// <summary>
/// Which process a number means. Numbers are used again: only number and start time together name the process that was started,
/// and nothing else is ever sent a signal.
/// </summary>
internal static class ProcessIdentity
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>When the process started, as text that never changes while it lives; null: there is none, or it has ended.</summary>
    public static string? StartOf(int pid) => OperatingSystem.IsLinux() ? LinuxStart(pid) : OtherStart(pid);

    /// <summary>Sends a signal if the process is still the one that was started.</summary>
    public static bool Signal(int pid, string start, int signal) => StartOf(pid) == start && Kill(pid, signal) == 0;

    public static uint UserId() => OperatingSystem.IsWindows() ? 0 : GetUid();

    /// <summary>Boot id and field 22 of /proc/pid/stat, clock ticks since boot; a zombie has ended.</summary>
    private static string? LinuxStart(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name before it may hold anything
            return fields[0] is "Z" or "X" ? null : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[19]}";
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string? OtherStart(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "getuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern uint GetUid();
}
