using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AgentKeys.Cli;

/// <summary>
/// The rules of output. What was asked for goes to stdout: one JSON value with <c>--json</c>, otherwise the plain value that a script would
/// want, or a table. Everything else goes to stderr: progress as <c>agentkeys: ...</c>, failures as <c>agentkeys: error: ...</c>, then
/// <c>agentkeys: hint: ...</c>. Colour only on a terminal and without NO_COLOR.
/// </summary>
internal sealed class CliOutput(CliEdges edges, bool json)
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Json { get; } = json;

    /// <summary>What the command waits for now, for <see cref="Progress"/>; null: for a person, or for nothing.</summary>
    public volatile string? Step;

    private bool MayColour => string.IsNullOrEmpty(edges.Environment("NO_COLOR"));

    /// <summary>One line for people.</summary>
    public void Say(string line) => edges.Error.WriteLine($"agentkeys: {Printable(line)}");

    public void Warn(string line) => edges.Error.WriteLine($"agentkeys: {Paint("warning", "33")}: {Printable(line)}");

    public void Fail(CliException failure)
    {
        if (Json)
            WriteJson(ErrorJson(failure));
        edges.Error.WriteLine($"agentkeys: {Paint("error", "31")}: {Printable(failure.Message)}");
        if (failure.Hint is { } hint)
            Hint(hint);
    }

    /// <summary>What to do next.</summary>
    public void Hint(string line) => edges.Error.WriteLine($"agentkeys: {Paint("hint", "36")}: {Printable(line)}");

    /// <summary>Lines for people, without the prefix: what a command prints to be read or pasted.</summary>
    public void Block(string text) => edges.Error.WriteLine(text);

    /// <summary>The answer: <paramref name="data"/> as JSON with <c>--json</c>, otherwise what <paramref name="human"/> says on stderr.</summary>
    public void Answer(JsonNode data, Action human)
    {
        if (Json)
            WriteJson(data);
        else
            human();
    }

    /// <summary>Data on stdout, a line.</summary>
    public void WriteLine(string data) => WriteBytes(Encoding.UTF8.GetBytes(data + "\n"));

    public void WriteJson(JsonNode data) => WriteLine(data.ToJsonString(s_plain));

    public void WriteBytes(ReadOnlySpan<byte> data)
    {
        edges.Output.Write(data);
        edges.Output.Flush();
    }

    /// <summary>A table for people, on stdout: it is what they asked for.</summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = edges.OutputIsTerminal ? TableBorder.Rounded : TableBorder.None, ShowHeaders = columns.Any(c => c.Length > 0) };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        foreach (var row in rows)
            table.AddRow([.. row.Select(cell => Markup.Escape(Printable(cell)))]);
        using var text = new StringWriter();
        SpectreConsole(text).Write(table);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            WriteLine(line.TrimEnd());
    }

    private IAnsiConsole SpectreConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = edges.OutputIsTerminal && MayColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = edges.OutputIsTerminal && MayColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = edges.OutputIsTerminal ? Math.Max(Console.WindowWidth, 80) : 400;
        return console;
    }

    private static JsonObject ErrorJson(CliException failure) => new()
    {
        ["error"] = new JsonObject
        {
            ["code"] = failure.Code,
            ["message"] = failure.Message,
            ["hint"] = failure.Hint,
            ["block"] = failure.Block,
            ["exit_code"] = failure.ExitCode,
        },
    };

    private string Paint(string text, string colour) => edges.ErrorIsTerminal && MayColour ? $"\u001b[{colour};1m{text}\u001b[0m" : text;

    /// <summary>Text of files and services must not steer the terminal.</summary>
    private static string Printable(string text) =>
        text.Any(IsHidden) ? string.Concat(text.Select(c => IsHidden(c) ? '\ufffd' : c)) : text;

    private static bool IsHidden(char c) => char.IsControl(c) && c is not '\n';
}
