using System.Globalization;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// Reads types and parameter lists as Solidity's documentation writes them: <c>name(type [indexed] [name], ...)</c>. Signatures
/// are written by programmers, so every mistake throws <see cref="FormatException"/>.
/// </summary>
internal sealed class AbiSignatureParser(string text)
{
    private const int MaxDepth = 16;

    private int _position;

    public AbiType ReadType(int depth = 0)
    {
        var type = Peek() == '(' ? AbiType.TupleOf(ReadParameters(depth)) : Elementary(ReadWord());
        return ReadDimensions(type, depth);
    }

    /// <summary>The brackets behind a type; none leave it as it is.</summary>
    public AbiType ReadDimensions(AbiType type, int depth = 0)
    {
        for (var dimension = depth; Take('['); dimension++)
        {
            if (dimension >= MaxDepth)
                throw Error("nested too deeply");
            type = Take(']') ? AbiType.ArrayOf(type) : AbiType.FixedArrayOf(type, ReadArrayLength());
        }

        return type;
    }

    /// <summary>A list in parentheses, possibly empty.</summary>
    public List<AbiParameter> ReadParameters(int depth = 0)
    {
        if (depth >= MaxDepth)
            throw Error("nested too deeply");

        Expect('(');
        var parameters = new List<AbiParameter>();
        SkipSpaces();
        if (!Take(')'))
        {
            do
            {
                SkipSpaces();
                parameters.Add(ReadParameter(depth + 1));
                SkipSpaces();
            }
            while (Take(','));
            Expect(')');
        }

        return parameters;
    }

    /// <summary>The next identifier; empty if there is none.</summary>
    public string ReadName()
    {
        SkipSpaces();
        return ReadWord();
    }

    public void ExpectEnd()
    {
        SkipSpaces();
        if (_position != text.Length)
            throw Error("unexpected text");
    }

    private AbiParameter ReadParameter(int depth)
    {
        var type = ReadType(depth);
        var name = ReadName();
        if (name != "indexed")
            return new AbiParameter(name, type);
        return new AbiParameter(ReadName(), type, Indexed: true);
    }

    private AbiType Elementary(string word) => word switch
    {
        "address" => AbiType.Address,
        "bool" => AbiType.Bool,
        "bytes" => AbiType.Bytes,
        "string" => AbiType.String,
        _ when word.StartsWith("uint", StringComparison.Ordinal) => AbiType.UInt(Number(word[4..])),
        _ when word.StartsWith("int", StringComparison.Ordinal) => AbiType.Int(Number(word[3..])),
        _ when word.StartsWith("bytes", StringComparison.Ordinal) => AbiType.FixedBytes(Number(word[5..])),
        _ => throw Error("no such type"),
    };

    private int ReadArrayLength()
    {
        var length = Number(ReadWord());
        Expect(']');
        return length;
    }

    private int Number(string digits) =>
        digits.Length is >= 1 and <= 6 && digits[0] != '0'
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Error("not a canonical number");

    private string ReadWord()
    {
        var start = _position;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or '$'))
            _position++;
        return text[start.._position];
    }

    private char Peek() => _position < text.Length ? text[_position] : '\0';

    private bool Take(char c)
    {
        if (Peek() != c)
            return false;
        _position++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Take(c))
            throw Error($"expected '{c}'");
    }

    private void SkipSpaces()
    {
        while (Peek() == ' ')
            _position++;
    }

    private FormatException Error(string reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"ABI signature, at position {_position}: {reason}."));
}
