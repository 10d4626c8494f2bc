using System.Globalization;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// A type of the contract ABI (Solidity documentation, "Contract ABI Specification", version 0.8). Immutable; equal when the
/// canonical texts are equal, so the names of struct members do not count.
/// </summary>
public sealed class AbiType : IEquatable<AbiType>
{
    /// <summary>Bytes of a word: everything is encoded in these.</summary>
    public const int Word = 32;

    /// <summary>No type's static part may be larger: a fixed array of a million words is a mistake, not a type.</summary>
    internal const int MaxHeadSize = 1 << 20;

    private readonly string _text;

    private AbiType(AbiKind kind, string text, bool dynamic, long headSize, int size = 0, AbiType? element = null, IReadOnlyList<AbiParameter>? components = null)
    {
        if (headSize > MaxHeadSize)
            throw new FormatException("An ABI type's static part is at most 1 MiB.");

        Kind = kind;
        _text = text;
        IsDynamic = dynamic;
        HeadSize = dynamic ? Word : (int)headSize;
        Size = size;
        Element = element;
        Components = components ?? [];
    }

    public static AbiType Address { get; } = new(AbiKind.Address, "address", false, Word);

    public static AbiType Bool { get; } = new(AbiKind.Bool, "bool", false, Word);

    public static AbiType Bytes { get; } = new(AbiKind.Bytes, "bytes", true, Word);

    public static AbiType String { get; } = new(AbiKind.String, "string", true, Word);

    public static AbiType Bytes32 { get; } = FixedBytes(32);

    public static AbiType UInt256 { get; } = UInt(256);

    public AbiKind Kind { get; }

    /// <summary>Bits of an integer, bytes of a bytesN, items of a T[k]; 0 for the rest.</summary>
    public int Size { get; }

    /// <summary>What an array holds.</summary>
    public AbiType? Element { get; }

    /// <summary>What a tuple holds; empty for the rest.</summary>
    public IReadOnlyList<AbiParameter> Components { get; }

    /// <summary>Whether the encoding's length depends on the value; such a value is reached through an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes in the head of the surrounding sequence: 32 for a dynamic type (its offset), else the whole encoding.</summary>
    public int HeadSize { get; }

    /// <param name="bits">8 to 256, a multiple of 8.</param>
    /// <exception cref="FormatException">Another number of bits.</exception>
    public static AbiType UInt(int bits) => new(AbiKind.UInt, Invariant($"uint{IntegerBits(bits)}"), false, Word, bits);

    /// <inheritdoc cref="UInt"/>
    public static AbiType Int(int bits) => new(AbiKind.Int, Invariant($"int{IntegerBits(bits)}"), false, Word, bits);

    /// <param name="length">1 to 32 bytes.</param>
    /// <exception cref="FormatException">Another length.</exception>
    public static AbiType FixedBytes(int length) => length is >= 1 and <= Word
        ? new(AbiKind.FixedBytes, Invariant($"bytes{length}"), false, Word, length)
        : throw new FormatException("bytesN has 1 to 32 bytes.");

    /// <summary>T[].</summary>
    public static AbiType ArrayOf(AbiType element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return new(AbiKind.Array, element + "[]", true, Word, element: element);
    }

    /// <summary>T[k].</summary>
    /// <exception cref="FormatException">No items (Solidity has no such type), or more than a type may hold.</exception>
    public static AbiType FixedArrayOf(AbiType element, int items)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (items is < 1 or > MaxHeadSize / Word)
            throw new FormatException("A fixed array has 1 to 32768 items.");
        return new(AbiKind.FixedArray, Invariant($"{element}[{items}]"), element.IsDynamic, (long)element.HeadSize * items, items, element);
    }

    /// <summary>(T1,T2,...).</summary>
    /// <exception cref="FormatException">No members: a tuple without a length could be repeated for ever in no bytes.</exception>
    public static AbiType TupleOf(IReadOnlyList<AbiParameter> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        if (components.Count == 0)
            throw new FormatException("A tuple has at least one member.");
        return new(
            AbiKind.Tuple,
            Text(components),
            components.Any(c => c.Type.IsDynamic),
            components.Sum(c => (long)c.Type.HeadSize),
            components: [.. components]);
    }

    /// <summary>Reads a canonical type, member names allowed: <c>uint64</c>, <c>bytes32[2]</c>, <c>(bytes32 service,uint64)[]</c>.
    /// The aliases <c>uint</c> and <c>int</c> are refused: a selector made from one would be another function's.</summary>
    /// <exception cref="FormatException">Not such a type, or nested deeper than 16.</exception>
    public static AbiType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new AbiSignatureParser(text);
        var type = parser.ReadType();
        parser.ExpectEnd();
        return type;
    }

    /// <summary>The canonical text that goes into selectors.</summary>
    public override string ToString() => _text;

    public bool Equals(AbiType? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as AbiType);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(AbiType? left, AbiType? right) => Equals(left, right);

    public static bool operator !=(AbiType? left, AbiType? right) => !Equals(left, right);

    /// <summary><c>(T1,T2,...)</c> of a list of parameters, which unlike a tuple may be empty.</summary>
    internal static string Text(IReadOnlyList<AbiParameter> parameters) => "(" + string.Join(',', parameters.Select(p => p.Type)) + ")";

    private static int IntegerBits(int bits) => bits is >= 8 and <= 256 && bits % 8 == 0
        ? bits
        : throw new FormatException("An integer has 8 to 256 bits, a multiple of 8.");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
