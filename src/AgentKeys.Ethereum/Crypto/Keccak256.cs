using System.Buffers.Binary;

namespace AgentKeys.Ethereum;

/// <summary>
/// Keccak-256 as Ethereum uses it: the Keccak submission's padding (0x01 ... 0x80), rate 136 bytes, 32 bytes out.
/// NOT SHA3-256, which FIPS 202 pads with 0x06; the framework has that one only.
/// Source: "The Keccak reference" 3.0, Ethereum Yellow Paper section 2.
/// </summary>
public static class Keccak256
{
    /// <summary>Bytes of a digest.</summary>
    public const int Size = 32;

    private const int Rate = 136;
    private const int Lanes = 25;

    /// <summary>The 32-byte digest of <paramref name="data"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new byte[Size];
        Hash(data, digest);
        return digest;
    }

    /// <summary>Writes the digest of <paramref name="data"/>; the two may overlap.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination32"/> is not 32 bytes long.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination32)
    {
        if (destination32.Length != Size)
            throw new ArgumentException("A Keccak-256 digest is 32 bytes.", nameof(destination32));

        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();

        while (data.Length >= Rate)
        {
            Absorb(state, data[..Rate]);
            data = data[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[Rate - 1] |= 0x80;
        Absorb(state, last);

        for (var i = 0; i < Size / 8; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination32[(8 * i)..], state[i]);

        // The input may have been a secret; what is left of it on the stack is not anybody's business.
        state.Clear();
        last.Clear();
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < Rate / 8; i++)
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        KeccakPermutation.Apply(state);
    }
}
