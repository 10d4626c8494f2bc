using System.Diagnostics;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Processes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A file system of its own, in memory, over a folder whose content moves onto it; filled and emptied by one more file.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Filler => Path.Combine(_path, "filler");

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing { get; } = Probe();

    public static SmallDisk Under(string path, int kilobytes)
    {
        var aside = path + ".aside";
        Directory.Move(path, aside);
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k,mode=700", "tmpfs", path);
        Run("cp", "-a", aside + "/.", path);
        return new SmallDisk(path);
    }

    /// <summary>Not a page is free afterwards.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        var page = new byte[4096];
        try
        {
            while (true)
                filler.Write(page);
        }
        catch (IOException)
        {
            // full
        }
    }

    public void Empty() => File.Delete(Filler);

    /// <summary>Lazily: a process that still ends may hold a file.</summary>
    public void Dispose() => Run("umount", "-l", _path);

    private static string? Probe()
    {
        if (!ProcessLimits.IsRoot)
            return "A full disk needs a small one, and mounting it needs root: run the tests as root. Full logs and objects are tested everywhere by a file size limit.";
        var place = Path.Combine(Path.GetTempPath(), $"agentkeys-mount-{Environment.ProcessId}");
        Directory.CreateDirectory(place);
        try
        {
            Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place);
            Run("umount", place);
            return null;
        }
        catch (UnexpectedOutcomeException e)
        {
            return $"A full disk needs a small one, and mounting it is refused here ({e.Message}).";
        }
        finally
        {
            Directory.Delete(place);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UnexpectedOutcomeException($"{program} ended with {process.ExitCode}: {error.Trim()}");
    }
}

/// <summary>A test that fills a disk: skipped, with the reason, where none can be mounted.</summary>
internal sealed class SmallDiskFactAttribute : Xunit.FactAttribute
{
    public SmallDiskFactAttribute() => Skip = Anvil.Missing ?? SmallDisk.Missing;
}

/// <summary>A test in which a file's rights must bind the services: skipped, with the reason, where root cannot lay its powers down.</summary>
internal sealed class UnprivilegedFactAttribute : Xunit.FactAttribute
{
    public UnprivilegedFactAttribute() => Skip = Anvil.Missing ?? ProcessLimits.Missing;
}
