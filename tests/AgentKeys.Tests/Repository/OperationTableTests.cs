using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>SPEC.md, the data file, the contracts' ABI, the C# and the forge tests have one table of operations.</summary>
public class OperationTableTests
{
    private const string Passkey = "(bytes32,uint256,uint256,bytes32,bytes32)";
    private const string Grants = "(bytes32,uint8,bool,uint64,uint32,uint32)[]";
    private const string Approval = "(bytes32,uint64,bytes,bytes,uint256,uint256,uint256,uint256,uint256)";
    private const string Assertion = "(bytes,bytes,uint256,uint256,uint256,uint256,uint256)";

    [Fact]
    public void Data_is_what_the_specification_says()
    {
        Assert.Equal(20, OperationTable.OfSpec.Count);
        Assert.Equal(OperationTable.OfSpec.Select(o => o.ToString()), OperationTable.OfData.Select(o => o.ToString()));
        var derived = OperationTable.Data.GetProperty("operations").EnumerateArray().Zip(OperationTable.OfSpec);
        Assert.All(derived, pair =>
        {
            Assert.Equal(pair.Second.Kind, OperationTable.Text(pair.First, "kind"));
            Assert.Equal(pair.Second.Approvals, OperationTable.Text(pair.First, "approvals"));
            Assert.Equal(pair.Second.Proofs, Strings(pair.First.GetProperty("proofs")));
            Assert.Equal(pair.Second.Takes.Contains("or wallet", StringComparison.Ordinal), pair.First.GetProperty("orWallet").GetBoolean());
        });
    }

    [Fact]
    public void Kinds_are_what_the_specification_says()
    {
        List<string> rows = [];
        var counter = "";
        foreach (Match m in Regex.Matches(OperationTable.Section("### 3.1 Challenge"), @"^\| (\w+) \((\d)\) \| ([^|]+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline))
        {
            // The table writes " for what stands above.
            counter = m.Groups[5].Value == "\"" ? counter : m.Groups[5].Value;
            rows.Add(string.Join('|', m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value, m.Groups[4].Value, counter));
        }
        var data = OperationTable.Data.GetProperty("kinds").EnumerateArray()
            .Select(k => string.Join('|', OperationTable.Text(k, "name"), k.GetProperty("number").GetInt32(), OperationTable.Text(k, "count"), OperationTable.Text(k, "role"), OperationTable.Text(k, "counter")));
        Assert.Equal(data, rows);
    }

    /// <summary>The fields, then walletConsent, deviceSignature, attestation, approvals; names too.</summary>
    [Fact]
    public void Contracts_have_these_functions()
    {
        foreach (var row in OperationTable.OfSpec)
        {
            var expected = row.Fields.Select(f => (f.Name, Type: Canonical(f.Type))).ToList();
            if (row.Name == "execute")
                expected.Add(("proposer", "bytes32"));
            if (row.Proofs.Contains("W"))
                expected.Add(("walletConsent", "bytes"));
            if (row.Proofs.Contains("D"))
                expected.Add(("deviceSignature", "bytes"));
            if (row.Proofs.Contains("P"))
                expected.Add(("attestation", Assertion));
            if (row.Approvals != "none")
                expected.Add(row.Approvals == "list" ? ("approvals", Approval + "[]") : ("approval", Approval));
            Assert.Equal((row.Name, Parameters(expected)), (row.Name, Parameters(AbiInputs(row))));
        }
    }

    [Fact]
    public void Code_has_these_operations() =>
        Assert.Equal(OperationTable.OfSpec.Select(o => o.Name).Where(n => n != "execute").Order(), ApprovalOperation.All.Select(o => o.Name).Order());

    [Fact]
    public void Code_has_these_kinds()
    {
        var kind = typeof(ApprovalOperation).GetProperty("Kind");
        Assert.NotNull(kind);
        Assert.All(ApprovalOperation.All, operation =>
        {
            var row = OperationTable.OfSpec.Single(o => o.Name == operation.Name);
            Assert.Equal((row.Name, row.Kind), (row.Name, kind.GetValue(operation)?.ToString()?.ToLowerInvariant() ?? "none"));
        });
    }

    /// <summary>ApprovalFields has a method for every operation that a passkey signs, and hashes its fields in the table's order and types.</summary>
    [Fact]
    public void Code_hashes_these_fields()
    {
        // Of register-agent-rooted nobody signs the fields; nobody signs an execution.
        var signed = OperationTable.OfSpec.Where(o => o.Kind != "none" || o.Proofs.Contains("P")).ToList();
        Assert.Equal(18, signed.Count);
        foreach (var row in signed)
        {
            var method = typeof(ApprovalFields).GetMethod(FieldsOf(row.Name), BindingFlags.Public | BindingFlags.Static);
            Assert.True(method is not null, $"ApprovalFields.{FieldsOf(row.Name)} is missing");
            var parameters = method.GetParameters();
            Assert.Equal((row.Name, row.Fields.Count), (row.Name, parameters.Length));
            object?[] values = [.. row.Fields.Select((f, i) => Sample(f.Type, i, parameters[i].ParameterType))];
            Assert.Equal((row.Name, Hash(row)), (row.Name, ((Bytes32)method.Invoke(null, values)!).ToString()));
        }
    }

    /// <summary>Every column of the table is a test of its own, and none is there that is no column.</summary>
    [Fact]
    public void Every_cell_has_its_test()
    {
        var files = Directory.EnumerateFiles(RepositoryRoot.File("contracts/test/operations"), "*.t.sol").Select(File.ReadAllText);
        var tried = files.SelectMany(text => Regex.Matches(text, @"function test_(\w+)\(\) public \{\s+_everyOperation\(Cell\.(\w+),").Select(m => (m.Groups[1].Value, m.Groups[2].Value))).ToList();
        Assert.All(tried, pair => Assert.Equal(pair.Item1, pair.Item2));
        Assert.Equal(Strings(OperationTable.Data.GetProperty("cells")).Order(), tried.Select(t => t.Item2).Order());
        var reasons = OperationTable.Data.GetProperty("operations").EnumerateArray().SelectMany(o => o.GetProperty("doesNotApply").EnumerateObject());
        Assert.All(reasons, r => Assert.InRange(r.Value.GetString()!.Length, 12, 200));
        Assert.Subset(Strings(OperationTable.Data.GetProperty("cells")).ToHashSet(), reasons.Select(r => r.Name).ToHashSet());
    }

    private static string Canonical(string type) => type switch { "passkey" => Passkey, "grant[]" => Grants, _ => type };

    private static string Parameters(IEnumerable<(string Name, string Type)> list) => string.Join(", ", list.Select(p => $"{p.Type} {p.Name}"));

    private static IEnumerable<(string Name, string Type)> AbiInputs(OperationRow row)
    {
        using var artifact = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.File($"src/AgentKeys.Chain/Artifacts/{row.Contract}.json")));
        var function = Assert.Single(
            artifact.RootElement.GetProperty("abi").EnumerateArray(),
            e => OperationTable.Text(e, "type") == "function" && OperationTable.Text(e, "name") == row.Function);
        return [.. function.GetProperty("inputs").EnumerateArray().Select(i => (OperationTable.Text(i, "name"), AbiType(i)))];
    }

    private static string AbiType(JsonElement input)
    {
        var type = OperationTable.Text(input, "type");
        return type.StartsWith("tuple", StringComparison.Ordinal)
            ? $"({string.Join(',', input.GetProperty("components").EnumerateArray().Select(AbiType))}){type["tuple".Length..]}"
            : type;
    }

    // A value of each type, as the code takes it and as the words that are hashed.

    private static object? Sample(string type, int i, Type wanted)
    {
        if (wanted == typeof(Passkey))
            return new Passkey(Filled(0x81), Filled(0x82), Filled(0x83), Filled(0x84), Filled(0x85));
        if (wanted.IsAssignableFrom(typeof(ScopeGrant[])))
            return new[] { new ScopeGrant(Filled(0x91), 3, true, 0x92, 0x93, 0x94), new ScopeGrant(Filled(0x95), 4, false, 0, 0, 0) };
        if (wanted == typeof(AccountAddress))
            return AccountAddress.Parse("0x" + new string('a', 38) + (i + 16).ToString("x2", null));
        if (wanted.IsEnum)
            return Enum.ToObject(wanted, i + 1);
        if (wanted == typeof(Bytes32))
            return Filled(i + 1);
        if (type == "bytes32")
            return Activator.CreateInstance(wanted, Filled(i + 1));
        return Convert.ChangeType(i + 1, wanted, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Hash(OperationRow row)
    {
        List<byte> words = [];
        foreach (var (type, i) in row.Fields.Select((f, i) => (f.Type, i)))
        {
            words.AddRange(type switch
            {
                "passkey" => [.. Enumerable.Range(0x81, 5).SelectMany(b => Filled(b).ToArray())],
                // The only dynamic value, always last: its offset, its length, its items of six words.
                "grant[]" => [.. Word(row.Fields.Count * 32), .. Word(2), .. Filled(0x91).ToArray(), .. Word(3), .. Word(1), .. Word(0x92), .. Word(0x93), .. Word(0x94), .. Filled(0x95).ToArray(), .. Word(4), .. new byte[4 * 32]],
                "bytes32" => Filled(i + 1).ToArray(),
                "address" => [.. new byte[12], .. Enumerable.Repeat((byte)0xaa, 19), (byte)(i + 16)],
                _ => Word(i + 1),
            });
        }
        return "0x" + Convert.ToHexStringLower(Keccak256.Hash([.. words]));
    }

    private static byte[] Word(int value) => [.. new byte[30], (byte)(value >> 8), (byte)value];

    private static Bytes32 Filled(int value) => new([.. Enumerable.Repeat((byte)value, 32)]);

    // Operations with the same fields share a method.
    private static string FieldsOf(string operation) => operation switch
    {
        "set-recovery-threshold" or "set-grant-threshold" => "SetThreshold",
        "cancel-recovery" or "withdraw-recovery" => "EndRecovery",
        _ => Pascal(operation),
    };

    private static string Pascal(string name) => string.Concat(name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static IEnumerable<string> Strings(JsonElement list) => list.EnumerateArray().Select(e => e.GetString()!);
}
