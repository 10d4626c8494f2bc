using System.Text;
using AgentKeys.Cli;
using AgentKeys.Testing.Storage;

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

    public string Home => Folder["home"];
    public string Output => Encoding.UTF8.GetString(_output.ToArray());
    public string Error => _error.ToString();

    public CliEdges Edges() => new()
    {
        Output = _output,
        Error = _error,
        Input = new MemoryStream(Input),
        OutputIsTerminal = OutputIsTerminal,
        ErrorIsTerminal = false,
        InputIsTerminal = InputIsTerminal,
        Environment = name => Environment.GetValueOrDefault(name),
        WorkingDirectory = Folder.Path,
        PromptSecret = _ => Input,
    };

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
