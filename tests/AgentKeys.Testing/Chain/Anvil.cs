using System.Diagnostics;
using System.Globalization;

namespace AgentKeys.Testing.Chain;

/// <summary>
/// A local chain of its own, for one test class (use it as an IClassFixture): London rules, chain id 31337, instant mining,
/// its clock never moved. Ends with the fixture; only the process it started is ended, by its id.
/// <para>Without anvil on this machine <see cref="Missing"/> says what to run, and the tests that need a node are skipped
/// with those words.</para>
/// </summary>
public sealed class Anvil : IAsyncDisposable, IDisposable
{
    public const ulong ChainId = 31337;

    private const string Listening = "Listening on 127.0.0.1:";

    private static readonly string? Binary = FindBinary();
    private readonly Process? _process;
    private readonly Uri? _url;
    private int _disposed;

    public Anvil()
        : this("london", [])
    {
    }

    private Anvil(string hardfork, IEnumerable<string> options)
    {
        if (Binary is null)
            return;
        _process = Process.Start(new ProcessStartInfo(Binary, ["--hardfork", hardfork, "--chain-id", "31337", "--port", "0", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // A runner that stops at the first failure ends without disposing its fixtures.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        var keys = new List<string>();
        _url = new Uri("http://127.0.0.1:" + ReadGreeting(keys));
        Keys = keys;
    }

    /// <summary>Why there is no node; null if there is one.</summary>
    public static string? Missing =>
        Binary is null ? "anvil is not installed: run ./scripts/setup (or put anvil on the PATH)." : null;

    /// <summary>Its program, for a stack that runs a node of its own.</summary>
    /// <exception cref="InvalidOperationException">There is no anvil; see <see cref="Missing"/>.</exception>
    public static string Program => Binary ?? throw new InvalidOperationException(Missing);

    /// <exception cref="InvalidOperationException">There is no anvil; see <see cref="Missing"/>.</exception>
    public Uri Url => _url ?? throw new InvalidOperationException(Missing);

    /// <summary>Private keys of the ten accounts that anvil endows (of its public test mnemonic): 0x and 64 digits.</summary>
    public IReadOnlyList<string> Keys { get; } = [];

    /// <summary>A node under other rules: another hardfork, other options of anvil's command line.</summary>
    public static Anvil Start(string hardfork, params IEnumerable<string> options) => new(hardfork, options);

    public void Dispose()
    {
        if (_process is null || Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(5000);
        }

        _process.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The port is on the last line of the greeting; afterwards both streams are drained, or anvil would block.</summary>
    private string ReadGreeting(List<string> keys)
    {
        _process!.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('(') && line.Split(' ') is [_, { Length: 66 } key])
                keys.Add(key);
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return ushort.Parse(line[(at + Listening.Length)..], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("anvil ended before it listened.");
    }

    private static string? FindBinary()
    {
        var name = OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";
        var folders = new List<string>();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            folders.Add(Path.Combine(folder.FullName, "contracts", "node_modules", ".bin"));
        folders.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return folders.Where(f => f.Length > 0).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }
}
