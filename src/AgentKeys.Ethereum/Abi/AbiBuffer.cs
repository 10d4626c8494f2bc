using System.Buffers.Binary;

namespace AgentKeys.Ethereum.Abi;

/// <summary>A growing byte string whose reserved parts are zero and can be filled in later.</summary>
internal sealed class AbiBuffer
{
    private byte[] _bytes = new byte[512];

    public AbiBuffer(ReadOnlySpan<byte> prefix) => prefix.CopyTo(At(Reserve(prefix.Length), prefix.Length));

    public int Length { get; private set; }

    /// <summary>Appends zeros and says where they begin.</summary>
    public int Reserve(int size)
    {
        var start = Length;
        Length = checked(Length + size);
        if (Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Length, 2 * _bytes.Length));
        return start;
    }

    public Span<byte> At(int position, int size) => _bytes.AsSpan(position, size);

    /// <summary>The encoding of bytes and string: length, bytes, zeros up to a whole word.</summary>
    public void AppendWithLength(ReadOnlySpan<byte> value)
    {
        var start = Reserve(AbiType.Word + (value.Length + AbiType.Word - 1) / AbiType.Word * AbiType.Word);
        BinaryPrimitives.WriteInt32BigEndian(At(start + AbiType.Word - 4, 4), value.Length);
        value.CopyTo(At(start + AbiType.Word, value.Length));
    }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();
}
