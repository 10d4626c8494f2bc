using System.Text;
using System.Text.Json.Nodes;

namespace AgentKeys.Tests.Fuzz;

/// <summary>Bends valid inputs, with a liking for what parsers trip over. The same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly byte[][] s_spices =
    [
        [0], [0xff], [0x7f], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xff, 0xff, 0xff, 0xff], [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        "\""u8.ToArray(), "\\"u8.ToArray(), "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "{"u8.ToArray(), "[[[[[[[[[[[["u8.ToArray(), "}"u8.ToArray(), ","u8.ToArray(),
        "null"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "18446744073709551616"u8.ToArray(), "\r\n"u8.ToArray(), "\n"u8.ToArray(), " "u8.ToArray(), "\t"u8.ToArray(),
        "="u8.ToArray(), "'"u8.ToArray(), "#"u8.ToArray(), "."u8.ToArray(), "A"u8.ToArray(), "0"u8.ToArray(), "%00"u8.ToArray(), "\u00e9"u8.ToArray(), "\ud83d\ude00"u8.ToArray(), "\u0130"u8.ToArray(), "\u212a"u8.ToArray(),
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "0", "1", "-1", "-0", "1.0", "1e0", "1e999", "9223372036854775808", "18446744073709551616", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"\u00e9\"",
        "[]", "{}", "[1]", "{\"a\":1}", "[[[[[[[[[[]]]]]]]]]]", "\"2.0\"", "\"1\"", "{\"\\ud800\":1}", "{\"a\":1,\"a\":2}", "NaN", "'x'", "", "/**/1",
    ];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public bool OneIn(int n) => _random.Next(n) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>None to four changes: bits, bytes, pieces put in, cut out, said twice, moved.</summary>
    public byte[] Bytes(byte[] valid)
    {
        List<byte> bytes = [.. valid];
        for (var changes = _random.Next(5); changes > 0; changes--)
            BendOnce(bytes);
        return [.. bytes];
    }

    public string Text(string valid) => Encoding.Latin1.GetString(Bytes(Encoding.Latin1.GetBytes(valid)));

    /// <summary>JSON whose members are dropped, doubled, renamed, spelled with escapes, given other values, moved; now and then bytes as well.</summary>
    public byte[] Json(JsonNode valid)
    {
        var text = Encoding.UTF8.GetBytes(Render(valid, 24) + (OneIn(40) ? Pick(["x", " ", "{}", ",", "\0"]) : ""));
        return OneIn(4) ? Bytes(text) : text;
    }

    private void BendOnce(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 9), bytes.Count - at);
        switch (_random.Next(8))
        {
            case 0: bytes.InsertRange(at, Pick(s_spices)); break;
            case 1: bytes.RemoveRange(at, length); break;
            case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 3 when OneIn(4): bytes.RemoveRange(at, bytes.Count - at); break;
            case 4 when at < bytes.Count: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 5 when at < bytes.Count: bytes[at] = (byte)_random.Next(256); break;
            case 6 when at < bytes.Count: bytes[at] = Pick(bytes); break;
            case 7 when at < bytes.Count: bytes[at] += (byte)(OneIn(2) ? 1 : 255); break;
        }
    }

    /// <param name="odds">one in so many members or values is bent.</param>
    private string Render(JsonNode? node, int odds) => OneIn(odds) && OneIn(2) ? Pick(s_values) : node switch
    {
        JsonObject members => RenderObject(members, odds),
        JsonArray items => "[" + string.Join(",", items.Select(i => Render(i, odds))) + "]",
        JsonValue value when OneIn(odds) => Spelled(value.ToJsonString()),
        _ => node?.ToJsonString() ?? "null",
    };

    private string RenderObject(JsonObject members, int odds)
    {
        var parts = members.Select(m => $"{Blank()}{Name(m.Key, odds)}{Blank()}:{Blank()}{Render(m.Value, odds)}{Blank()}").ToList();
        var at = _random.Next(parts.Count + 1);
        switch (_random.Next(odds * 2))
        {
            case 0 when at < parts.Count: parts.RemoveAt(at); break;
            case 1 when at < parts.Count: parts.Insert(_random.Next(parts.Count), parts[at]); break;
            case 2: parts.Insert(at, $"{Pick(["\"unknown\"", "\"\"", "\"\\ud800\"", "\"\\u0000\""])}:{Pick(s_values)}"); break;
            case 3: parts.Reverse(); break;
            case 4: parts.Insert(at, ""); break;
        }
        return "{" + string.Join(",", parts) + "}";
    }

    private string Name(string name, int odds) => OneIn(odds)
        ? _random.Next(4) switch
        {
            0 => $"\"{name.ToUpperInvariant()}\"",
            1 => $"\"{name} \"",
            2 => Spelled($"\"{name}\""),
            _ => $"\"{name}\\ud800\"",
        }
        : $"\"{name}\"";

    /// <summary>The same text with one character as an escape; of a number, another spelling.</summary>
    private string Spelled(string json)
    {
        if (json.Length < 3 || json[0] != '"')
            return json + Pick(["", ".0", "e0", "0"]);
        var at = _random.Next(1, json.Length - 1);
        return json[at] == '\\' || json[at - 1] == '\\' ? json : $"{json[..at]}\\u{(int)json[at]:x4}{json[(at + 1)..]}";
    }

    private string Blank() => OneIn(60) ? Pick([" ", "\n", "\t", "\r\n"]) : "";
}
