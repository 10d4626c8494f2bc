using System.Text;
using System.Text.Json;
using AgentKeys.Cli;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>A command line in this process: its own folder, streams and environment.</summary>
internal sealed class FakeTerminal : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    public TemporaryFolder Folder { get; } = new();
    public Dictionary<string, string> Environment { get; } = [];
    public byte[] Input { get; set; } = [];
    public bool OutputIsTerminal { get; set; }
    public bool InputIsTerminal { get; set; }
    public bool ErrorIsTerminal { get; set; }
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Home => Folder["home"];
    public string Output => Encoding.UTF8.GetString(_output.ToArray());
    public string Error => _error.ToString();

    public CliEdges Edges() => new()
    {
        Output = _output,
        Error = _error,
        Input = new MemoryStream(Input),
        OutputIsTerminal = OutputIsTerminal,
        ErrorIsTerminal = ErrorIsTerminal,
        InputIsTerminal = InputIsTerminal,
        Environment = name => Environment.GetValueOrDefault(name),
        WorkingDirectory = Folder.Path,
        PromptSecret = _ => Input,
        Time = Time,
    };

    /// <summary>What one command printed, as docs/cli.schema.json says it, with nothing of the ones before it.</summary>
    public async Task<JsonElement> JsonAsync(int exit, params string[] arguments)
    {
        _output.SetLength(0);
        Assert.Equal(exit, await RunAsync([.. arguments, "--json"]));
        using var answer = JsonDocument.Parse(Output);
        var failed = exit != ExitCode.Ok && answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out _);
        CliSchema.Expect(answer.RootElement, failed ? "error" : CliSchema.CommandOf(arguments)!);
        return answer.RootElement.Clone();
    }

    /// <summary>Runs with this terminal's own home.</summary>
    public Task<int> RunAsync(params string[] arguments) => new CliTree(Edges()).RunAsync([.. arguments, "--home", Home], CancellationToken.None);

    public Task<int> RunBareAsync(params string[] arguments) => new CliTree(Edges()).RunAsync(arguments, CancellationToken.None);

    public void Dispose()
    {
        Folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
