using System.Text.Json;

namespace AgentKeys.Chain;

/// <summary>
/// Reads one flat JSON object that a person may have edited, and collects everything that is wrong with it, so that it is
/// put right in one go: unknown, duplicate, missing members, wrong types, values out of range.
/// </summary>
internal sealed class StrictJsonReader
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];
    private readonly string _what;

    /// <param name="json">The file's text.</param>
    /// <param name="what">What it is, for the message: "chain profile".</param>
    public StrictJsonReader(string json, string what)
    {
        _what = what;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                _errors.Add("it is no JSON object");
                return;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!_members.TryAdd(member.Name, member.Value.Clone()))
                    _errors.Add($"{Quote(member.Name)} is there twice");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _errors.Add("it is not JSON");
        }
    }

    public void Error(string name, string expectation) => _errors.Add($"{name}: {expectation}");

    /// <summary>The member's text if <paramref name="accept"/> takes it.</summary>
    public T? Text<T>(string name, string expectation, Func<string, T?> accept, bool optional = false)
    {
        if (Take(name, optional) is not { } member)
            return default;
        var value = member.ValueKind == JsonValueKind.String && TryGetString(member, out var text) ? accept(text) : default;
        if (value is null)
            Error(name, expectation);
        return value;
    }

    public ulong Number(string name, ulong least, ulong most)
    {
        if (Take(name, optional: false) is not { } member)
            return 0;
        if (member.ValueKind == JsonValueKind.Number && member.TryGetUInt64(out var value) && value >= least && value <= most)
            return value;
        Error(name, $"a whole number from {least} to {most}");
        return 0;
    }

    public bool Flag(string name)
    {
        if (Take(name, optional: true) is not { } member)
            return false;
        if (member.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            Error(name, "true or false");
        return member.ValueKind == JsonValueKind.True;
    }

    public List<T> List<T>(string name, string expectation, Func<string, T?> accept) where T : class
    {
        var items = new List<T>();
        if (Take(name, optional: false) is not { } member)
            return items;
        if (member.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in member.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String && TryGetString(item, out var text) && accept(text) is { } value)
                    items.Add(value);
            }

            if (items.Count > 0 && items.Count == member.GetArrayLength())
                return items;
        }

        Error(name, expectation);
        return items;
    }

    public bool Has(string name) => _members.ContainsKey(name);

    /// <exception cref="FormatException">Something was wrong; the message names all of it.</exception>
    public void ThrowIfWrong()
    {
        foreach (var name in _members.Keys.Where(n => !_read.Contains(n)).Order(StringComparer.Ordinal))
            _errors.Add($"{Quote(name)} is not a member of it");
        if (_errors.Count > 0)
            throw new FormatException($"Not a {_what}: {string.Join("; ", _errors)}.");
    }

    private JsonElement? Take(string name, bool optional)
    {
        _read.Add(name);
        if (_members.TryGetValue(name, out var member))
            return member;
        if (!optional)
            Error(name, "missing");
        return null;
    }

    private static bool TryGetString(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Names come from the file: shown escaped and bounded.</summary>
    private static string Quote(string name) => "\"" + JsonEncodedText.Encode(name.Length <= 40 ? name : name[..40] + "...") + "\"";
}
