using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentKeys.Tests.Repository;

namespace AgentKeys.Tests.Differential;

/// <summary>
/// The other implementations (tests/differential: ethers, viem, noble, jose) in one Node process, for one test class; use it as an
/// IClassFixture. Starts with the first question, ends with the fixture. Without Node.js or the packages <see cref="Missing"/> says what to run.
/// </summary>
public sealed class NodePeer : IDisposable
{
    private static readonly string s_folder = RepositoryRoot.File("tests/differential");
    private static readonly string? s_node = FindNode();

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>Why there is nobody to ask; null if there is.</summary>
    public static string? Missing =>
        s_node is not null && Directory.Exists(Path.Combine(s_folder, "node_modules", "ethers")) ? null
        : "NOT COMPARED with other implementations: Node.js or the packages of tests/differential are missing: run ./scripts/setup";

    /// <summary>The answers to these questions, in their order.</summary>
    /// <param name="op">a module of tests/differential and a function in it, <c>hashes.keccak</c>.</param>
    /// <exception cref="InvalidOperationException">A peer did what its script does not expect, or the peers differ among themselves.</exception>
    public async Task<JsonElement[]> AskAsync(string op, IReadOnlyCollection<object> items)
    {
        await _one.WaitAsync();
        try
        {
            _process ??= Start();
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { op, items }));
            await _process.StandardInput.FlushAsync();
            var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(5))
                ?? throw new InvalidOperationException($"Node ended: {_errors}");
            using var answer = JsonDocument.Parse(line);
            if (answer.RootElement.TryGetProperty("error", out var error))
                throw new InvalidOperationException(error.GetString());
            return [.. answer.RootElement.GetProperty("results").EnumerateArray().Select(e => e.Clone())];
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        if (_process is null)
            return;
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo(s_node!, [Path.Combine(s_folder, "peer.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
                _errors.AppendLine(e.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private static string? FindNode() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(f => f.Length > 0)
            .Select(f => Path.Combine(f, OperatingSystem.IsWindows() ? "node.exe" : "node"))
            .FirstOrDefault(File.Exists);
}
