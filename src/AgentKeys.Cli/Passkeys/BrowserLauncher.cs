using System.ComponentModel;
using System.Diagnostics;

namespace AgentKeys.Cli;

/// <summary>
/// Opens the ceremony page in the user's browser: the command in BROWSER (several are separated by colons, <c>%s</c> stands for the
/// URL, else it is the last argument), or the desktop's opener. Failing to open is no error: the URL is printed anyway.
/// </summary>
internal static class BrowserLauncher
{
    /// <returns>false: nothing could be started.</returns>
    public static bool TryOpen(Uri url, string? browser) =>
        Candidates(browser).Any(command => TryStart(command, url.AbsoluteUri));

    private static string[] Candidates(string? browser)
    {
        if (!string.IsNullOrEmpty(browser))
            return File.Exists(browser) ? [browser] : browser.Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (OperatingSystem.IsWindows())
            return ["explorer"];
        return OperatingSystem.IsMacOS() ? ["open"] : ["xdg-open"];
    }

    /// <summary>No shell: the URL is one argument, whatever is in it.</summary>
    private static bool TryStart(string command, string url)
    {
        var words = File.Exists(command) ? [command] : command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return false;
        var start = new ProcessStartInfo(words[0]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var arguments = words[1..].Select(w => w.Replace("%s", url, StringComparison.Ordinal)).ToList();
        if (!words.Any(w => w.Contains("%s", StringComparison.Ordinal)))
            arguments.Add(url);
        arguments.ForEach(start.ArgumentList.Add);
        try
        {
            using var process = Process.Start(start);
            if (process is null)
                return false;
            process.StandardInput.Close();
            process.OutputDataReceived += Ignore; // a full pipe would stop the browser
            process.ErrorDataReceived += Ignore;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static void Ignore(object sender, DataReceivedEventArgs line)
    {
    }
}
