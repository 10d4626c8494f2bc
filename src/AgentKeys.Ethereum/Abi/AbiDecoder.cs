using System.Numerics;
using System.Text;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// Decodes bytes from outside. Strict: only what <see cref="AbiEncoder"/> and Solidity's abi.encode produce is taken (heads,
/// then tails in order without gaps or overlaps, canonical padding, nothing after them), so one value has one encoding and
/// no input decodes into more than a small multiple of its own size. Never throws on any input.
/// <para>Integers come as <see cref="BigInteger"/>, bytes and bytesN as <c>byte[]</c>, arrays and tuples as <c>object[]</c>.</para>
/// </summary>
public static class AbiDecoder
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="types">The list in parentheses, e.g. <c>(bytes32,uint64,bytes)</c>.</param>
    /// <param name="data">The whole encoding, without a selector.</param>
    /// <param name="values">One for each type; empty on failure.</param>
    /// <exception cref="ArgumentException"><paramref name="types"/> is not such a list.</exception>
    public static AbiFault Decode(AbiType types, ReadOnlySpan<byte> data, out object[] values)
    {
        ArgumentNullException.ThrowIfNull(types);
        if (types.Kind != AbiKind.Tuple)
            throw new ArgumentException("abi.decode takes a list of types in parentheses.", nameof(types));
        return Decode(types.Components, data, out values);
    }

    internal static AbiFault Decode(IReadOnlyList<AbiParameter> parameters, ReadOnlySpan<byte> data, out object[] values)
    {
        var fault = ReadSequence(data, new AbiSequence(parameters), out values, out var used);
        if (fault == AbiFault.None && used != data.Length)
            fault = AbiFault.TrailingBytes;
        if (fault != AbiFault.None)
            values = [];
        return fault;
    }

    /// <summary>One value of a type that is a single word, as in an event's topic.</summary>
    internal static AbiFault DecodeWord(AbiType type, ReadOnlySpan<byte> word, out object value) => ReadWord(word, type, out value);

    private static AbiFault ReadSequence(ReadOnlySpan<byte> data, AbiSequence sequence, out object[] values, out int used)
    {
        values = [];
        used = 0;
        if (sequence.HeadSize > data.Length)
            return AbiFault.Truncated;

        var items = new object[sequence.Count];
        var head = 0;
        var tail = (int)sequence.HeadSize;
        for (var i = 0; i < items.Length; i++)
        {
            var type = sequence[i];
            AbiFault fault;
            if (type.IsDynamic)
            {
                if (!TryReadLength(data.Slice(head, AbiType.Word), out var offset) || offset != tail)
                    return AbiFault.BadOffset;
                fault = ReadTail(data[tail..], type, out items[i], out var size);
                tail += size;
            }
            else
            {
                fault = ReadStatic(data.Slice(head, type.HeadSize), type, out items[i]);
            }

            if (fault != AbiFault.None)
                return fault;
            head += type.HeadSize;
        }

        values = items;
        used = tail;
        return AbiFault.None;
    }

    private static AbiFault ReadTail(ReadOnlySpan<byte> data, AbiType type, out object value, out int used)
    {
        value = "";
        used = 0;
        if (type.Kind is AbiKind.Tuple or AbiKind.FixedArray)
        {
            var fault = ReadSequence(data, SequenceOf(type), out var members, out used);
            value = members;
            return fault;
        }

        if (data.Length < AbiType.Word || !TryReadLength(data[..AbiType.Word], out var length))
            return AbiFault.Truncated;
        data = data[AbiType.Word..];

        if (type.Kind == AbiKind.Array)
        {
            // Before anything is allocated: every item takes at least its head.
            if ((long)length * type.Element!.HeadSize > data.Length)
                return AbiFault.Truncated;
            var fault = ReadSequence(data, new AbiSequence(type.Element, length), out var items, out var size);
            value = items;
            used = AbiType.Word + size;
            return fault;
        }

        return ReadBytes(data, type, length, out value, out used);
    }

    private static AbiFault ReadBytes(ReadOnlySpan<byte> data, AbiType type, int length, out object value, out int used)
    {
        value = "";
        used = 0;
        var padded = ((long)length + AbiType.Word - 1) / AbiType.Word * AbiType.Word;
        if (padded > data.Length)
            return AbiFault.Truncated;
        if (data[length..(int)padded].ContainsAnyExcept((byte)0))
            return AbiFault.BadPadding;

        used = AbiType.Word + (int)padded;
        return type.Kind == AbiKind.Bytes ? Ok(data[..length].ToArray(), out value) : ReadText(data[..length], out value);
    }

    private static AbiFault ReadText(ReadOnlySpan<byte> utf8, out object value)
    {
        value = "";
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            return AbiFault.BadText;
        return Ok(StrictUtf8.GetString(utf8), out value);
    }

    private static AbiFault ReadStatic(ReadOnlySpan<byte> data, AbiType type, out object value)
    {
        if (type.Kind is not (AbiKind.Tuple or AbiKind.FixedArray))
            return ReadWord(data, type, out value);

        var fault = ReadSequence(data, SequenceOf(type), out var members, out _);
        value = members;
        return fault;
    }

    private static AbiFault ReadWord(ReadOnlySpan<byte> word, AbiType type, out object value)
    {
        var reader = new AbiReader(word);
        switch (type.Kind)
        {
            case AbiKind.Address:
                value = reader.ReadAddress();
                break;
            case AbiKind.Bool:
                value = reader.ReadBool();
                break;
            case AbiKind.FixedBytes:
                value = reader.ReadFixedBytes(type.Size).ToArray();
                break;
            default:
                value = reader.ReadInteger(type.Size, signed: type.Kind == AbiKind.Int);
                break;
        }

        return reader.Fault;
    }

    /// <summary>A length or offset. More than an int can hold is never in range.</summary>
    private static bool TryReadLength(ReadOnlySpan<byte> word, out int value)
    {
        value = 0;
        if (word[..28].ContainsAnyExcept((byte)0) || word[28] > 0x7f)
            return false;
        value = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(word[28..]);
        return true;
    }

    private static AbiSequence SequenceOf(AbiType type) =>
        type.Kind == AbiKind.Tuple ? new AbiSequence(type.Components) : new AbiSequence(type.Element!, type.Size);

    private static AbiFault Ok(object result, out object value)
    {
        value = result;
        return AbiFault.None;
    }
}
