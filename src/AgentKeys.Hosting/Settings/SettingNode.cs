using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace AgentKeys.Hosting;

/// <summary>One setting as <c>--help</c> shows it.</summary>
/// <param name="Name"><c>AgentKeys:Broker:Listen</c>; <c>{n}</c> counts from 0, <c>{name}</c> is free.</param>
/// <param name="Default">null: there is none.</param>
internal sealed record SettingHelp(string Name, string Kind, string? Default, string Text);

/// <summary>What may stand at one place of the configuration: a tree, read once from the properties of the sections' types.</summary>
internal sealed class SettingNode(string name)
{
    private readonly SortedDictionary<string, SettingNode> _members = new(StringComparer.OrdinalIgnoreCase);
    private SettingNode? _each;
    private bool _isOpaque;
    private Type? _value;
    private string? _default;
    private string _help = "";

    /// <summary>The whole name; empty for the root.</summary>
    public string Name => name;

    /// <summary>Names that may stand here, in their order.</summary>
    public IEnumerable<string> Members => _members.Keys;

    /// <summary>It is no value itself: what it holds stands below it.</summary>
    public bool HasBelow => _each is not null || _members.Count > 0;

    /// <summary>Nothing below is ours to judge.</summary>
    public bool IsOpaque => _isOpaque;

    public static SettingNode Of(IEnumerable<SettingsSection> sections)
    {
        var root = new SettingNode("");
        foreach (var section in sections)
        {
            var node = section.Name.Split(':').Aggregate(root, (at, part) => at.Member(part));
            if (section.Type is { } type)
                node.AddProperties(type, Activator.CreateInstance(type)!);
            else
                node._isOpaque = true;
        }
        return root;
    }

    /// <summary>A single setting that belongs to no section.</summary>
    public void Add(string setting, string text, string? fallback = null)
    {
        var node = setting.Split(':').Aggregate(this, (at, part) => part.StartsWith('{') ? at.Each(part) : at.Member(part));
        (node._value, node._help, node._default) = (typeof(string), text, fallback);
    }

    /// <returns>null: nothing of that name may stand here.</returns>
    public SettingNode? Find(string part) =>
        _members.TryGetValue(part, out var member) ? member : _each is { } each && (!each.IsCounted || int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? each : null;

    /// <returns>null when the text is a value of this setting's type, else what one is.</returns>
    public string? WrongType(string text) => _value switch
    {
        null => "settings of its own below it, not a value",
        { } type when type == typeof(string) => null,
        { } type when type == typeof(bool) => bool.TryParse(text, out _) ? null : "true or false",
        { } type when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
        _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
    };

    /// <summary>Of every setting at or below this place.</summary>
    public IEnumerable<SettingHelp> Help()
    {
        if (_value is not null)
            yield return new SettingHelp(name, _value == typeof(string) ? "text" : _value == typeof(bool) ? "true or false" : "number", _default, _help);
        foreach (var below in (_each is null ? [] : (SettingNode[])[_each]).Concat(_members.Values).SelectMany(m => m.Help()))
            yield return below;
    }

    private bool IsCounted => name.EndsWith("{n}", StringComparison.Ordinal);

    private SettingNode Member(string part)
    {
        if (!_members.TryGetValue(part, out var member))
            _members.Add(part, member = new SettingNode(name.Length == 0 ? part : $"{name}:{part}"));
        return member;
    }

    private SettingNode Each(string part) => _each ??= new SettingNode($"{name}:{part}");

    private void AddProperties(Type type, object defaults)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var help = property.GetCustomAttribute<DescriptionAttribute>()?.Description;
            if (help is not null)
                Member(property.Name).Describe(property.PropertyType, help, property.GetValue(defaults));
        }
    }

    private void Describe(Type type, string help, object? fallback)
    {
        var scalar = Nullable.GetUnderlyingType(type) ?? type;
        if (scalar == typeof(string) || scalar.IsPrimitive)
            (_value, _help, _default) = (scalar, help, fallback is null ? null : Convert.ToString(fallback, CultureInfo.InvariantCulture)!.Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal));
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            Each("{name}").Describe(type.GetGenericArguments()[1], help, null);
        else if (typeof(IEnumerable).IsAssignableFrom(type))
            Each("{n}").Describe(type.GetGenericArguments()[0], help, null);
        else
            AddProperties(type, fallback ?? Activator.CreateInstance(type)!);
    }
}
