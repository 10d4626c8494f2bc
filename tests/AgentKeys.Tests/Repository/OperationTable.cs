using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentKeys.Tests.Repository;

/// <summary>One field of an operation: a Solidity type, or <c>passkey</c> or <c>grant[]</c> of SPEC.md.</summary>
internal sealed record OperationField(string Type, string Name);

/// <summary>One row of SPEC.md's table of operations, or what the data file says in its place.</summary>
internal sealed record OperationRow(string Name, string Contract, string Function, string Sender, string Takes, IReadOnlyList<OperationField> Fields, string Changes)
{
    /// <summary>give, take, recover, propose, or none.</summary>
    public string Kind => Regex.Match(Takes, "^[a-z]+").Value;

    /// <summary>D, P, W: which new keys prove themselves.</summary>
    public IReadOnlyList<string> Proofs => [.. new[] { "D", "P", "W" }.Where(p => Regex.IsMatch(Takes, $@"\b{p}\b"))];

    /// <summary>list, one or none.</summary>
    public string Approvals => Kind == "none" ? "none" : Contract == "RecoveryProposals" ? "one" : "list";

    public override string ToString() => $"{Name}|{Contract}.{Function}|{Sender}|{Takes}|{string.Join(", ", Fields.Select(f => $"{f.Type} {f.Name}"))}|{Changes}";
}

/// <summary>The table of operations, read twice: from SPEC.md, which people read, and from tests/vectors/operations.json, which programs read.</summary>
internal static partial class OperationTable
{
    private static readonly Dictionary<string, string> s_contracts = new() { ["registry"] = "SidecarRegistry", ["scope"] = "AgentKeysScope", ["proposals"] = "RecoveryProposals" };

    public static JsonElement Data { get; } = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.File("tests/vectors/operations.json"))).RootElement;

    public static IReadOnlyList<OperationRow> OfData { get; } = [.. Data.GetProperty("operations").EnumerateArray().Select(Read)];

    public static string Spec { get; } = File.ReadAllText(RepositoryRoot.File("src/AgentKeys.Protocol/SPEC.md"));

    public static IReadOnlyList<OperationRow> OfSpec { get; } = [.. Row().Matches(Section("### 3.2 Operations")).Select(Read)];

    public static string Section(string heading)
    {
        var from = Spec[Spec.IndexOf(heading, StringComparison.Ordinal)..];
        var end = from.IndexOf("\n##", 1, StringComparison.Ordinal);
        return end < 0 ? from : from[..end];
    }

    private static OperationRow Read(JsonElement o) => new(
        Text(o, "name"), Text(o, "contract"), Text(o, "function"), Text(o, "sender"), Text(o, "takes"),
        [.. o.GetProperty("fields").EnumerateArray().Select(f => new OperationField(Text(f, "type"), Text(f, "name")))], Text(o, "changes"));

    private static OperationRow Read(Match row)
    {
        string Cell(int i) => row.Groups[i].Value.Trim();
        return new(Cell(1).Trim('`', '(', ')'), s_contracts[Cell(2)], Cell(3), Cell(4), Cell(5), [.. Cell(6).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Field)], Cell(7));
    }

    private static OperationField Field(string text) => text switch
    {
        "passkey" => new("passkey", "passkey"),
        "grant[]" => new("grant[]", "grants"),
        _ => text.Split(' ') is [var type, var name] ? new(type, name) : throw new FormatException(text),
    };

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    [GeneratedRegex(@"^\| (`[a-z-]+`|\(execute\)) \| (registry|scope|proposals)\.(\w+) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
