using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AgentKeys.Testing.Processes;

/// <summary>
/// A Node script that answers lines of JSON with lines of JSON, one after the other. Ends when its standard input is closed; only the
/// process that was started here is ended.
/// </summary>
public sealed class NodeScript : IDisposable
{
    private static readonly string? s_node = FindNode();

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly StringBuilder _errors = new();
    private readonly Process _process;

    private NodeScript(string script)
    {
        _process = Process.Start(new ProcessStartInfo(s_node ?? throw new InvalidOperationException("Node.js is not on PATH."), [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["NODE_ENV"] = "production" },
        })!;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
                _errors.AppendLine(e.Data);
        };
        _process.BeginErrorReadLine();
    }

    public int ProcessId => _process.Id;

    public static bool IsInstalled => s_node is not null;

    /// <param name="script">path of the script.</param>
    /// <exception cref="InvalidOperationException">There is no Node.js on PATH.</exception>
    public static NodeScript Start(string script) => new(script);

    /// <summary>The answer to a question. An answer with a member <c>error</c> throws what it says.</summary>
    /// <exception cref="InvalidOperationException">The script says that it failed, or has ended.</exception>
    public async Task<JsonElement> AskAsync(object question)
    {
        await _one.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
            await _process.StandardInput.FlushAsync();
            return await ReadAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A line that the script says by itself.</summary>
    /// <exception cref="InvalidOperationException">The script says that it failed, or has ended.</exception>
    public async Task<JsonElement> ReadAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(5)) is not { } line)
            throw new InvalidOperationException($"Node ended: {Errors()}");
        using var answer = JsonDocument.Parse(line);
        return answer.RootElement.TryGetProperty("error", out var error) ? throw new InvalidOperationException(error.GetString()) : answer.RootElement.Clone();
    }

    public void Dispose()
    {
        _one.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }

    private string Errors()
    {
        lock (_errors)
            return _errors.ToString();
    }

    private static string? FindNode() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(f => f.Length > 0)
            .Select(f => Path.Combine(f, OperatingSystem.IsWindows() ? "node.exe" : "node"))
            .FirstOrDefault(File.Exists);
}
