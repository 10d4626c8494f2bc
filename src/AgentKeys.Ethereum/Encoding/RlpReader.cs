using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// Recursive Length Prefix, reading: a cursor over a sequence of items that never leaves its bytes and takes only the canonical
/// encoding. What is not canonical, cut short or of the other kind gives false, and the cursor stays where it was. Bytes are
/// slices, not copies. Whoever reads asks <see cref="IsAtEnd"/> at the end: more bytes than expected are a refusal too.
/// </summary>
public ref struct RlpReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next item is a list.</summary>
    public readonly bool IsAtList => !_rest.IsEmpty && _rest[0] >= Rlp.ListPrefix;

    /// <summary>A byte string. Refused: a byte below 0x80 with a prefix, a long length below 56 or with leading zeros.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_rest.IsEmpty || IsAtList)
            return false;

        if (_rest[0] < Rlp.StringPrefix)
        {
            bytes = _rest[..1];
            _rest = _rest[1..];
            return true;
        }

        if (!TryMeasure(Rlp.StringPrefix, out var start, out var length))
            return false;
        var payload = _rest.Slice(start, length);
        if (length == 1 && payload[0] < Rlp.StringPrefix)
            return false;

        bytes = payload;
        _rest = _rest[(start + length)..];
        return true;
    }

    /// <summary>A list; <paramref name="items"/> reads what is in it.</summary>
    public bool TryReadList(out RlpReader items)
    {
        items = default;
        if (!IsAtList || !TryMeasure(Rlp.ListPrefix, out var start, out var length))
            return false;

        items = new RlpReader(_rest.Slice(start, length));
        _rest = _rest[(start + length)..];
        return true;
    }

    /// <summary>A number below 2^256. Refused: leading zeros, and so a single zero byte; zero is the empty string.</summary>
    public bool TryReadInteger(out BigInteger value)
    {
        value = default;
        var before = _rest;
        if (TryReadBytes(out var digits) && digits.Length <= 32 && (digits.IsEmpty || digits[0] != 0))
        {
            value = new BigInteger(digits, isUnsigned: true, isBigEndian: true);
            return true;
        }

        _rest = before;
        return false;
    }

    /// <summary>Where the payload of the item at hand begins and how long it is, both inside the bytes.</summary>
    private readonly bool TryMeasure(byte kind, out int start, out int length)
    {
        start = 1;
        length = _rest[0] - kind;
        if (length > Rlp.MaxShortLength)
        {
            var digits = length - Rlp.MaxShortLength;
            start = 1 + digits;
            if (_rest.Length < start || _rest[1] == 0)
                return false;

            // More than four digits of a length are more than any span has.
            if (digits > 4)
                return false;
            var wide = 0L;
            foreach (var digit in _rest[1..start])
                wide = (wide << 8) | digit;
            if (wide <= Rlp.MaxShortLength || wide > _rest.Length)
                return false;
            length = (int)wide;
        }

        return length <= _rest.Length - start;
    }
}
