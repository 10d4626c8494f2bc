using System.Text;
using System.Text.Json.Nodes;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>One thing wrong with a valid body.</summary>
/// <param name="Field">what the refusal names: the member, or the body where no member of ours is at fault; null where there is no field.</param>
internal sealed record BadBody(string Name, byte[] Bytes, string? Field, string Code = "invalid_input")
{
    /// <summary>In everything bad that is sent, wherever there is room for it: it may be in no answer and no log.</summary>
    public const string Marker = "-m4rk3r-0f-th3-s3nd3r"; // begins as no name does

    private static readonly string s_deep = new string('[', 200) + new string(']', 200);

    /// <param name="valid">every member that the route knows, with a legal value.</param>
    /// <param name="optional">members that may be left out.</param>
    /// <param name="namesMissing">whether the route says which member is missing, or only that the body is not its own.</param>
    public static IEnumerable<BadBody> Of(JsonObject valid, IReadOnlyCollection<string> optional, bool namesMissing, int maxBytes) =>
    [
        .. Whole(valid, maxBytes),
        .. valid.SelectMany(m => OfMember(valid, m.Key, m.Value!, optional.Contains(m.Key), namesMissing)),
    ];

    private static IEnumerable<BadBody> Whole(JsonObject valid, int maxBytes)
    {
        var text = valid.ToJsonString();
        var comma = valid.Count == 0 ? "" : ",";
        foreach (var other in (string[])["", " ", "null", "[]", "1", "true", $"\"{Marker}\"", "{", $"{{\"{Marker}", $"[{text}]", s_deep, "NaN", "\0"])
            yield return Text($"\"{other[..Math.Min(12, other.Length)]}\" in its place", other, "body");
        yield return Text("text behind it", text + Marker, "body");
        yield return Text("another body behind it", text + text, "body");
        yield return Text("a zero byte behind it", text + "\0", "body");
        yield return Text("a comment in front", $"/*{Marker}*/{text}", "body");
        yield return Text("a byte order mark", "\ufeff" + text, "body");
        yield return Text("a comma too many", text[..^1] + comma + ",}", "body");
        yield return Text("an unknown member", $"{text[..^1]}{comma}\"{Marker}\":1}}", "body");
        yield return Text("an unknown member, deep", $"{text[..^1]}{comma}\"{Marker}\":{s_deep}}}", "body");
        yield return Text("a name that is no text", $"{text[..^1]}{comma}\"{Marker}\\ud800\":1}}", "body");
        yield return new BadBody("UTF-16", Encoding.Unicode.GetBytes(text), "body");
        yield return Text("one byte too long", text + new string(' ', maxBytes + 1 - text.Length), null) with { Code = "payload_too_large" };
        if (maxBytes < 200_000)
            yield return Text("much too long", Marker + new string('x', 200_000), null) with { Code = "payload_too_large" };
    }

    private static IEnumerable<BadBody> OfMember(JsonObject valid, string name, JsonNode value, bool optional, bool namesMissing)
    {
        var text = valid.ToJsonString();
        var json = value.ToJsonString();
        if (!optional)
            yield return Text($"no {name}", With(valid, name, null), namesMissing ? name : "body");
        yield return Text($"{name} twice", $"{text[..^1]},\"{name}\":{json}}}", name);
        yield return Text($"{name} in upper case", With(valid, name, null)[..^1] + $"{(valid.Count > 1 ? "," : "")}\"{name.ToUpperInvariant()}\":{json}}}", "body");
        foreach (var wrong in (string[])["null", "true", "[]", "{}", $"[\"{Marker}\"]", $"{{\"{Marker}\":1}}"])
            yield return Text($"{name}: {wrong[..Math.Min(5, wrong.Length)]}", With(valid, name, wrong), name);
        if (value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            foreach (var wrong in (string[])[$"\"{json}\"", $"\"{Marker}\"", "-1", "1.5", "1e400", "99999999999999999999999", "\"\""])
                yield return Text($"{name}: {wrong[..Math.Min(9, wrong.Length)]}", With(valid, name, wrong), name);
            yield break;
        }

        var typed = value.GetValue<string>();
        List<string> wrongs = [Marker, typed + " ", " " + typed, typed + "\\n", typed + "\\u0000", typed + "\\u001b[31m", typed + "\u00e9", typed + "\\u202e", typed + "\\ud800", typed[..^1] + "\u0131", new string('x', 301)];
        if (name != "plaintext_b64")
            wrongs.Add(""); // an empty secret is one
        if (typed.StartsWith("0x", StringComparison.Ordinal))
            wrongs.AddRange([typed[2..], typed[..^1], typed[..^2], typed + "a", typed + "ab", "0X" + typed[2..], typed[..^1] + "A", typed[..^1] + "g", "0x", "0x" + typed]);
        foreach (var wrong in wrongs)
            yield return Text($"{name}: {wrong.Length} characters, {Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(wrong[^Math.Min(6, wrong.Length)..]))}", With(valid, name, $"\"{wrong}\""), name);
        yield return Text($"{name}: 1", With(valid, name, "1"), name);
        yield return Text($"{name}: a line break as it is", With(valid, name, $"\"{Marker}\n\""), name);
        yield return new BadBody($"{name}: bytes that are no UTF-8", Encoding.Latin1.GetBytes(With(valid, name, "\"\u00c3\u0028\u00ff\"")), name);
    }

    private static BadBody Text(string name, string text, string? field) => new(name, Encoding.UTF8.GetBytes(text), field);

    /// <summary>The body with this member's value spelled so, or without it.</summary>
    private static string With(JsonObject valid, string name, string? json)
    {
        var members = valid.Where(m => m.Key != name || json is not null).Select(m => $"\"{m.Key}\":{(m.Key == name ? json : m.Value!.ToJsonString())}");
        return "{" + string.Join(",", members) + "}";
    }
}
