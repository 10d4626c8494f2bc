using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AgentKeys.Ethereum;

/// <summary>
/// The four steps that 256-bit arithmetic on 64-bit limbs is made of. No branches: a comparison becomes a bit, not a jump,
/// so that <see cref="FieldElement"/> and <see cref="Scalar"/> can also carry secrets.
/// </summary>
internal static class Limbs
{
    /// <summary>1 for true, 0 for false, without a jump.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bit(bool condition) => Unsafe.BitCast<bool, byte>(condition);

    /// <summary>Low limb of <c>a + b + carry</c>; <paramref name="carry"/> (0 or 1) becomes the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        var sum = a + carry;
        var over = Bit(sum < carry);
        sum += b;
        carry = over + Bit(sum < b);
        return sum;
    }

    /// <summary>Low limb of <c>a - b - borrow</c>; <paramref name="borrow"/> (0 or 1) becomes the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        var difference = a - b;
        var under = Bit(a < b);
        var result = difference - borrow;
        borrow = under + Bit(difference < borrow);
        return result;
    }

    /// <summary>Both limbs of <c>a * b</c>, the high one returned. Two instructions and no memory: <see cref="Math.BigMul(ulong, ulong, out ulong)"/>
    /// sends the low limb through the stack, which costs half of the time of a field product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(ulong a, ulong b, out ulong low)
    {
        low = a * b;
        return Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
    }

    /// <summary>Low limb of <c>a * b + addend + carry</c>, which always fits two limbs; <paramref name="carry"/> becomes the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong a, ulong b, ulong addend, ref ulong carry)
    {
        var high = Multiply(a, b, out var low);
        low += addend;
        high += Bit(low < addend);
        low += carry;
        high += Bit(low < carry);
        carry = high;
        return low;
    }

    /// <summary><paramref name="ifSet"/> where <paramref name="mask"/> is all ones, <paramref name="ifClear"/> where it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Select(ulong mask, ulong ifSet, ulong ifClear) => ifClear ^ (mask & (ifSet ^ ifClear));

    /// <summary>Limb <paramref name="index"/> (0 is the least) of 32 big-endian bytes.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes32, int index) =>
        BinaryPrimitives.ReadUInt64BigEndian(bytes32[(24 - 8 * index)..]);

    public static void Write(Span<byte> bytes32, ulong l0, ulong l1, ulong l2, ulong l3)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes32[24..], l0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes32[16..], l1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes32[8..], l2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes32, l3);
    }
}
