using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// Encodes values of any type. Which .NET value stands for which type:
/// <list type="bullet">
/// <item>uintN, intN: any built-in integer, <see cref="BigInteger"/>, or 32 big-endian bytes for uint256;</item>
/// <item>address: <see cref="Address"/>; bool: <see cref="bool"/>; string: <see cref="string"/>;</item>
/// <item>bytes, bytesN: <c>byte[]</c> or <see cref="ReadOnlyMemory{T}"/>, for bytesN of exactly N bytes;</item>
/// <item>arrays: any <see cref="IList"/>; tuples: any <see cref="IList"/> or a ValueTuple, members in order.</item>
/// </list>
/// Values are the program's own: one that does not fit its type is a bug and throws.
/// </summary>
public static class AbiEncoder
{
    /// <summary>abi.encode(values...), without a selector.</summary>
    /// <param name="types">The list in parentheses, e.g. <c>(bytes32,uint64,bytes)</c>.</param>
    /// <param name="values">One for each type.</param>
    /// <exception cref="ArgumentException">A value that does not fit; the message names its place.</exception>
    public static byte[] Encode(AbiType types, params ReadOnlySpan<object?> values)
    {
        ArgumentNullException.ThrowIfNull(types);
        if (types.Kind != AbiKind.Tuple)
            throw new ArgumentException("abi.encode takes a list of types in parentheses.", nameof(types));
        return Encode(types.Components, values, []);
    }

    internal static byte[] Encode(IReadOnlyList<AbiParameter> parameters, ReadOnlySpan<object?> values, ReadOnlySpan<byte> prefix)
    {
        var buffer = new AbiBuffer(prefix);
        Write(buffer, new AbiSequence(parameters), values.ToArray(), "");
        return buffer.ToArray();
    }

    private static void Write(AbiBuffer buffer, AbiSequence sequence, IList values, string path)
    {
        if (values.Count != sequence.Count)
            throw new ArgumentException(Invariant($"ABI values{path}: {sequence.Count} expected, {values.Count} given."));

        var start = buffer.Reserve((int)sequence.HeadSize);
        var head = start;
        for (var i = 0; i < sequence.Count; i++)
        {
            var type = sequence[i];
            var place = path + "." + sequence.Describe(i);
            if (type.IsDynamic)
            {
                BinaryPrimitives.WriteInt32BigEndian(buffer.At(head + AbiType.Word - 4, 4), buffer.Length - start);
                WriteTail(buffer, type, values[i], place);
            }
            else
            {
                WriteStatic(buffer, head, type, values[i], place);
            }

            head += type.HeadSize;
        }
    }

    private static void WriteTail(AbiBuffer buffer, AbiType type, object? value, string path)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                buffer.AppendWithLength(BytesOf(value, path).Span);
                break;
            case AbiKind.String:
                buffer.AppendWithLength(Encoding.UTF8.GetBytes(value as string ?? throw Mismatch(type, value, path)));
                break;
            case AbiKind.Array:
                var items = ListOf(type, value, path);
                BinaryPrimitives.WriteInt32BigEndian(buffer.At(buffer.Reserve(AbiType.Word) + AbiType.Word - 4, 4), items.Count);
                Write(buffer, new AbiSequence(type.Element!, items.Count), items, path);
                break;
            default:
                Write(buffer, SequenceOf(type), ListOf(type, value, path), path);
                break;
        }
    }

    private static void WriteStatic(AbiBuffer buffer, int position, AbiType type, object? value, string path)
    {
        if (type.Kind is AbiKind.Tuple or AbiKind.FixedArray)
        {
            var sequence = SequenceOf(type);
            var values = ListOf(type, value, path);
            if (values.Count != sequence.Count)
                throw new ArgumentException(Invariant($"ABI values{path}: {sequence.Count} expected, {values.Count} given."));
            for (var i = 0; i < sequence.Count; i++)
            {
                WriteStatic(buffer, position, sequence[i], values[i], path + "." + sequence.Describe(i));
                position += sequence[i].HeadSize;
            }

            return;
        }

        WriteWord(buffer.At(position, AbiType.Word), type, value, path);
    }

    private static void WriteWord(Span<byte> word, AbiType type, object? value, string path)
    {
        switch (type.Kind)
        {
            case AbiKind.Address when value is Address address:
                address.CopyTo(word[12..]);
                break;
            case AbiKind.Bool when value is bool flag:
                word[^1] = flag ? (byte)1 : (byte)0;
                break;
            case AbiKind.FixedBytes:
                var bytes = BytesOf(value, path);
                if (bytes.Length != type.Size)
                    throw new ArgumentException(Invariant($"ABI value{path}: {type} takes {type.Size} bytes, {bytes.Length} given."));
                bytes.Span.CopyTo(word);
                break;
            case AbiKind.UInt when type.Size == 256 && value is byte[] { Length: AbiType.Word } big:
                big.CopyTo(word);
                break;
            case AbiKind.UInt or AbiKind.Int:
                WriteInteger(word, type, IntegerOf(type, value, path), path);
                break;
            default:
                throw Mismatch(type, value, path);
        }
    }

    private static void WriteInteger(Span<byte> word, AbiType type, BigInteger value, string path)
    {
        var signed = type.Kind == AbiKind.Int;
        var fits = signed
            ? value.GetBitLength() < type.Size
            : value.Sign >= 0 && value.GetBitLength() <= type.Size;
        if (!fits)
            throw new ArgumentException(Invariant($"ABI value{path}: does not fit {type}."));

        if (value.Sign < 0)
            word.Fill(0xff);
        var size = value.GetByteCount(isUnsigned: !signed);
        value.TryWriteBytes(word[^size..], out _, isUnsigned: !signed, isBigEndian: true);
    }

    private static BigInteger IntegerOf(AbiType type, object? value, string path) => value switch
    {
        ulong v => v,
        long v => v,
        uint v => v,
        int v => v,
        ushort v => v,
        short v => v,
        byte v => v,
        sbyte v => v,
        UInt128 v => v,
        Int128 v => v,
        BigInteger v => v,
        _ => throw Mismatch(type, value, path),
    };

    private static ReadOnlyMemory<byte> BytesOf(object? value, string path) => value switch
    {
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> memory => memory,
        _ => throw new ArgumentException(Invariant($"ABI value{path}: bytes expected, {value?.GetType().Name ?? "null"} given.")),
    };

    private static IList ListOf(AbiType type, object? value, string path) => value switch
    {
        IList list => list,
        ITuple tuple when type.Kind == AbiKind.Tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToArray(),
        _ => throw Mismatch(type, value, path),
    };

    private static AbiSequence SequenceOf(AbiType type) =>
        type.Kind == AbiKind.Tuple ? new AbiSequence(type.Components) : new AbiSequence(type.Element!, type.Size);

    private static ArgumentException Mismatch(AbiType type, object? value, string path) =>
        new(Invariant($"ABI value{path}: {type} expected, {value?.GetType().Name ?? "null"} given."));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
