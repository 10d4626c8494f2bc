using System.Text;

namespace AgentKeys.Ethereum;

/// <summary>
/// A struct type, read from the text that EIP-712 calls encodeType, e.g. <c>Mail(Person from,string contents)Person(string name)</c>:
/// the primary struct, then every struct it refers to, sorted by name, without spaces but the one before a name. Only that
/// canonical text is taken: the text IS what is hashed, so a second spelling would be a second type. Immutable; make it once.
/// </summary>
public sealed class Eip712Type
{
    private readonly IReadOnlyDictionary<string, Eip712Type> _structs;
    private readonly Lazy<byte[]> _typeHash;

    private Eip712Type(string name, Eip712Field[] fields, IReadOnlyDictionary<string, Eip712Type> structs)
    {
        Name = name;
        Fields = fields;
        _structs = structs;
        _typeHash = new(() => Keccak256.Hash(Encoding.UTF8.GetBytes(Encode())));
    }

    /// <summary>The primary struct's name.</summary>
    public string Name { get; }

    internal IReadOnlyList<Eip712Field> Fields { get; }

    /// <summary>Reads the canonical text.</summary>
    /// <exception cref="FormatException">Not canonical: a wrong name or type, spaces, a struct that is missing, not referred to,
    /// given twice or out of order.</exception>
    public static Eip712Type Parse(string encodeType)
    {
        ArgumentNullException.ThrowIfNull(encodeType);
        var structs = new Dictionary<string, Eip712Type>(StringComparer.Ordinal);
        Eip712Type? primary = null;
        foreach (var (name, fields) in Eip712TypeText.Split(encodeType))
        {
            var type = new Eip712Type(name, fields, structs);
            if (!structs.TryAdd(name, type))
                throw new FormatException($"The struct '{name}' is given twice.");
            primary ??= type;
        }

        // Writing it again says in one comparison that nothing is missing, left over or out of order.
        return primary is not null && primary.Encode() == encodeType
            ? primary
            : throw new FormatException("A type is the primary struct, then every struct it refers to, sorted by name.");
    }

    /// <summary>typeHash: keccak256 of the canonical text, 32 bytes; a copy.</summary>
    public byte[] TypeHash() => [.. _typeHash.Value];

    /// <summary>hashStruct: keccak256(typeHash || each field as 32 bytes), 32 bytes.</summary>
    /// <param name="fields">One value for each field, in the type's order.</param>
    /// <exception cref="ArgumentException">Another number of values, or one that does not fit its field; the message names the
    /// field, not the value.</exception>
    public byte[] Hash(params ReadOnlySpan<Eip712Value> fields)
    {
        if (fields.Length != Fields.Count)
            throw new ArgumentException($"The struct '{Name}' has {Fields.Count} fields, not {fields.Length}.", nameof(fields));

        var data = new byte[32 * (1 + fields.Length)];
        _typeHash.Value.CopyTo(data, 0);
        for (var i = 0; i < fields.Length; i++)
        {
            if (!Eip712Encoding.TryEncode(Fields[i].Type, fields[i], _structs, data.AsSpan(32 * (i + 1), 32)))
                throw new ArgumentException($"The value of '{Name}.{Fields[i].Name}' is no {Fields[i].Type}.", nameof(fields));
        }

        return Keccak256.Hash(data);
    }

    /// <summary>The canonical text.</summary>
    public override string ToString() => Encode();

    private string Encode()
    {
        var referred = new SortedSet<string>(StringComparer.Ordinal);
        Collect(this, referred);
        referred.Remove(Name);
        return Signature() + string.Concat(referred.Select(name => _structs[name].Signature()));
    }

    private void Collect(Eip712Type type, SortedSet<string> referred)
    {
        if (!referred.Add(type.Name))
            return;
        foreach (var field in type.Fields)
        {
            var element = Eip712TypeText.ElementOf(field.Type);
            if (Eip712TypeText.IsAtomic(element))
                continue;
            Collect(_structs.TryGetValue(element, out var next) ? next : throw new FormatException($"The struct '{element}' is missing."), referred);
        }
    }

    private string Signature() => $"{Name}({string.Join(',', Fields.Select(field => $"{field.Type} {field.Name}"))})";
}

/// <summary>A field of a struct: its type as written, and its name.</summary>
internal readonly record struct Eip712Field(string Type, string Name);
