using System.Globalization;
using System.Numerics;
using AgentKeys.Ethereum;

namespace AgentKeys.Tests.Differential;

/// <summary>Random structs that refer to each other, a value, and a domain, in our words and in the peers'.</summary>
internal sealed class TypedDataCase
{
    private readonly RandomInputs _random;
    private readonly bool _valid;
    private readonly List<(string Name, (string Type, string Name)[] Fields)> _structs = [];
    private readonly Eip712Value[] _fields;

    private TypedDataCase(RandomInputs random, bool valid)
    {
        (_random, _valid) = (random, valid);
        DeclareStructs();
        Type = Eip712Type.Parse(string.Concat(_structs.Take(1).Concat(_structs.Skip(1).OrderBy(s => s.Name, StringComparer.Ordinal)).Select(Signature)));
        Domain = new Eip712Domain(random.Text(20), random.Text(5), (ulong)random.Unsigned(64), random.Address());
        (_fields, var value) = Struct(_structs[0].Fields);
        Question = new
        {
            types = _structs.Select(s => new object[] { s.Name, s.Fields.Select(f => new[] { f.Type, f.Name }).ToArray() }).ToArray(),
            primary = _structs[0].Name,
            domain = new { name = Domain.Name, version = Domain.Version, chainId = Text(Domain.ChainId), verifyingContract = Domain.VerifyingContract.ToString() },
            value,
        };
    }

    public Eip712Type Type { get; }

    public Eip712Domain Domain { get; }

    public object Question { get; }

    /// <param name="valid">or with numbers and bytes here and there that do not fit.</param>
    public static TypedDataCase Random(RandomInputs random, bool valid) => new(random, valid);

    public byte[] Hash() => Type.Hash(_fields);

    /// <summary>Each struct but the first is referred to by the one before it, so that none is left over.</summary>
    private void DeclareStructs()
    {
        var names = Enumerable.Range(0, 1 + _random.Next(3)).Select(i => _random.Text("ABCxyz", 1, 4) + i).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            var types = Enumerable.Range(0, _random.Next(4)).Select(_ => Member(_random.Next(names.Length - i) is > 0 and var later ? names[i + later] : Atomic())).ToList();
            types.Add(Member(i + 1 < names.Length ? names[i + 1] : Atomic()));
            _structs.Add((names[i], [.. types.Select((type, at) => (type, _random.Text("abc_$", 1, 5) + at))]));
        }
    }

    private string Member(string type) => type + _random.Next(6) switch { 0 => "[]", 1 => $"[{1 + _random.Next(3)}]", 2 when _random.OneIn(3) => "[2][]", _ => "" };

    private string Atomic() => _random.Next(7) switch
    {
        0 => "address",
        1 => "bool",
        2 => "string",
        3 => "bytes",
        4 => $"bytes{1 + _random.Next(32)}",
        5 => $"int{8 * (1 + _random.Next(32))}",
        _ => $"uint{8 * (1 + _random.Next(32))}",
    };

    private (Eip712Value[] Ours, Dictionary<string, object> Theirs) Struct((string Type, string Name)[] fields)
    {
        var ours = new List<Eip712Value>();
        var theirs = new Dictionary<string, object>();
        foreach (var (type, name) in fields)
        {
            var (value, question) = Value(type);
            ours.Add(value);
            theirs.Add(name, question);
        }

        return ([.. ours], theirs);
    }

    private (Eip712Value Ours, object Theirs) Value(string type)
    {
        if (type.EndsWith(']'))
        {
            var bracket = type.LastIndexOf('[');
            var digits = type[(bracket + 1)..^1];
            var count = digits.Length > 0 ? int.Parse(digits, CultureInfo.InvariantCulture) : _random.Next(3);
            var items = Enumerable.Range(0, count).Select(_ => Value(type[..bracket])).ToList();
            return (Eip712Value.Array([.. items.Select(i => i.Ours)]), items.Select(i => i.Theirs).ToArray());
        }

        if (_structs.Find(s => s.Name == type) is { Name: not null } nested)
        {
            var (ours, theirs) = Struct(nested.Fields);
            return (Eip712Value.Struct(ours), theirs);
        }

        return AtomicValue(type);
    }

    private (Eip712Value, object) AtomicValue(string type)
    {
        var size = int.Parse("0" + type.TrimStart("abcdefghijklmnopqrstuvwxyz".ToCharArray()), CultureInfo.InvariantCulture);
        var wrong = !_valid && _random.OneIn(4) ? 1 : 0;
        return type switch
        {
            "address" => _random.Address() is var a ? (a, a.ToString()) : default,
            "bool" => _random.OneIn(2) ? (true, true) : (false, false),
            "string" => _random.Text(30) is var t ? (t, t) : default,
            "bytes" => Octets(_random.SomeBytes(80)),
            _ when type[0] == 'b' => Octets(_random.Bytes(size + (size == 32 ? -wrong : wrong))),
            _ when type[0] == 'u' => Number(wrong == 0 ? _random.Unsigned(size) : (BigInteger.One << size) + _random.Unsigned(8)),
            _ => Number(wrong == 0 ? _random.Signed(size) : -(BigInteger.One << (size - 1)) - 1 - _random.Unsigned(8)),
        };
    }

    private static (Eip712Value, object) Octets(byte[] bytes) => (bytes, Hex.Encode(bytes));

    private static (Eip712Value, object) Number(BigInteger value) => (value, Text(value));

    private static string Signature((string Name, (string Type, string Name)[] Fields) s) => $"{s.Name}({string.Join(',', s.Fields.Select(f => $"{f.Type} {f.Name}"))})";

    private static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
