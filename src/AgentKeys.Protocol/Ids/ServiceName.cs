using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>Name of a stored thing: <c>[a-z0-9][a-z0-9_.:-]{0,63}</c>. On chain only its keccak256.</summary>
public sealed record ServiceName
{
    public const int MaxLength = 64;

    private ServiceName(string value) => Value = value;

    public string Value { get; }

    /// <summary>keccak256 of the name's ASCII bytes.</summary>
    public Bytes32 Hash => new(Keccak256.Hash(Encoding.ASCII.GetBytes(Value)));

    public override string ToString() => Value;

    /// <summary>Exact form only: what tokens, grants and object keys carry.</summary>
    public static bool TryParse(string? text, out ServiceName name)
    {
        name = null!;
        if (text is not { Length: >= 1 and <= MaxLength } || !IsLead(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!IsLead(c) && c is not ('_' or '.' or ':' or '-'))
                return false;
        }
        name = new ServiceName(text);
        return true;
    }

    /// <summary>What a person typed (<c>OPENAI_API_KEY</c>) lower-cased first; the typed form travels inside the sealed object.</summary>
    public static bool TryFromTyped(string? typed, out ServiceName name) => TryParse(typed is null ? null : AsciiLower(typed), out name);

    public static ServiceName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException("A service name is [a-z0-9][a-z0-9_.:-]{0,63}.");

    private static bool IsLead(char c) => c is >= 'a' and <= 'z' or >= '0' and <= '9';

    private static string AsciiLower(string text) =>
        string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
        });
}
