using System.Text;

namespace AgentKeys.Cli;

/// <param name="Line">where it begins, from 1.</param>
internal sealed record EnvEntry(string Name, byte[] Value, int Line);

/// <summary>A line that is not what .env files hold. The message names the line, never its text.</summary>
internal sealed class EnvFileException(int line, string problem) : Exception($"line {line}: {problem}")
{
    public int Line { get; } = line;
}

/// <summary>
/// Reads <c>.env</c> files: <c>NAME=value</c> lines, an <c>export</c> in front, <c>#</c> comments, LF or CRLF, a byte order mark.
/// Unquoted values end at white space before <c>#</c> and are trimmed. Single quotes take everything as it is, double quotes know
/// <c>\n \r \t \" \\ \$</c>; both may go over several lines. <c>=</c> inside a value belongs to it. Nothing is expanded: a
/// <c>$HOME</c> stays <c>$HOME</c>. Anything else is refused, so that half a secret is never stored.
/// </summary>
internal sealed class EnvFile
{
    private readonly string _text;
    private readonly List<EnvEntry> _entries = [];
    private readonly HashSet<string> _services = new(StringComparer.OrdinalIgnoreCase);
    private int _at;
    private int _line = 1;

    private EnvFile(string text) => _text = text;

    /// <exception cref="EnvFileException">with the line; a name twice, in any case, is refused too.</exception>
    public static IReadOnlyList<EnvEntry> Parse(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new EnvFileException(1, "the file is not UTF-8 text");
        }
        return new EnvFile(text.TrimStart('\ufeff')).ReadAll();
    }

    private List<EnvEntry> ReadAll()
    {
        while (_at < _text.Length)
        {
            SkipBlanks();
            if (!AtEndOfLine && Current != '#')
                ReadEntry();
            SkipRestOfLine();
        }
        return _entries;
    }

    private bool AtEnd => _at >= _text.Length;
    private bool AtEndOfLine => AtEnd || Current == '\n' || (Current == '\r' && (_at + 1 == _text.Length || _text[_at + 1] == '\n'));
    private char Current => _text[_at];

    private void ReadEntry()
    {
        var line = _line;
        var name = ReadName();
        SkipBlanks();
        if (AtEndOfLine || Current != '=')
            throw new EnvFileException(line, "expected NAME=value");
        _at++;
        SkipBlanks();
        var value = AtEndOfLine ? "" : Current switch
        {
            '\'' => ReadQuoted('\''),
            '"' => ReadQuoted('"'),
            _ => ReadPlain(),
        };
        if (!_services.Add(name))
            throw new EnvFileException(line, $"{name} is there twice (names that differ only in case are the same)");
        _entries.Add(new EnvEntry(name, Encoding.UTF8.GetBytes(value), line));
    }

    private string ReadName()
    {
        var name = ReadWord();
        if (name == "export" && !AtEndOfLine && Current is ' ' or '\t')
        {
            SkipBlanks();
            if (!AtEndOfLine && Current != '=')
                name = ReadWord();
        }
        return name.Length > 0 ? name : throw new EnvFileException(_line, "expected NAME=value");
    }

    private string ReadWord()
    {
        var start = _at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '.' or '-' or ':'))
            _at++;
        return _text[start.._at];
    }

    private string ReadPlain()
    {
        var start = _at;
        while (!AtEndOfLine && !(Current == '#' && _text[_at - 1] is ' ' or '\t'))
            _at++;
        return _text[start.._at].TrimEnd(' ', '\t');
    }

    private string ReadQuoted(char quote)
    {
        var opened = _line;
        var value = new StringBuilder();
        for (_at++; !AtEnd && Current != quote; _at++)
        {
            if (Current == '\n')
                _line++;
            if (Current == '\r' && AtEndOfLine)
                continue; // a line break inside quotes is one \n, however the file was saved
            value.Append(quote == '"' && Current == '\\' ? ReadEscape() : Current);
        }
        if (AtEnd)
            throw new EnvFileException(opened, "the quote is never closed");
        _at++;
        return value.ToString();
    }

    private char ReadEscape()
    {
        _at++;
        return AtEnd ? throw new EnvFileException(_line, "the quote is never closed") : Current switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' or '\\' or '$' => Current,
            _ => throw new EnvFileException(_line, "unknown escape in double quotes; single quotes take text as it is"),
        };
    }

    private void SkipBlanks()
    {
        while (!AtEnd && Current is ' ' or '\t')
            _at++;
    }

    /// <summary>After an entry only white space or a comment may follow.</summary>
    private void SkipRestOfLine()
    {
        SkipBlanks();
        if (!AtEndOfLine && Current != '#')
            throw new EnvFileException(_line, "something follows the closing quote");
        while (!AtEnd && Current != '\n')
            _at++;
        if (AtEnd)
            return;
        _at++;
        _line++;
    }
}
