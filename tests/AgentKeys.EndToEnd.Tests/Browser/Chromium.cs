using System.Diagnostics;

namespace AgentKeys.EndToEnd.Tests.Browser;

/// <summary>A headless Chromium of our own, in a folder of its own, spoken to over the DevTools protocol. Ended by process id.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly Process _process;
    private readonly string _profile;

    private Chromium(Process process, string profile, Uri endpoint) => (_process, _profile, Endpoint) = (process, profile, endpoint);

    /// <summary>The browser's DevTools WebSocket.</summary>
    public Uri Endpoint { get; }

    /// <summary>Where it is installed, or null.</summary>
    public static string? Path { get; } = s_names.FirstOrDefault(File.Exists);

    public static async Task<Chromium> StartAsync(CancellationToken ct)
    {
        var profile = Directory.CreateTempSubdirectory("agentkeys-chromium-").FullName;
        var start = new ProcessStartInfo(Path!) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        try
        {
            while (await process.StandardError.ReadLineAsync(ct) is { } line)
            {
                const string Marker = "DevTools listening on ";
                if (!line.StartsWith(Marker, StringComparison.Ordinal))
                    continue;
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Chromium(process, profile, new Uri(line[Marker.Length..]));
            }
            throw new InvalidOperationException("Chromium ended without opening DevTools.");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A straggling child may still write into its profile; the folder is a temporary one.
        }
    }
}

/// <summary>Runs where Chromium and anvil are installed; elsewhere it is skipped and says how to get them.</summary>
internal sealed class ChromiumFactAttribute : Xunit.FactAttribute
{
    public ChromiumFactAttribute() =>
        Skip = Chromium.Path is null ? "Chromium is not installed: run ./scripts/setup --install" : Testing.Chain.Anvil.Missing;
}
