using System.Buffers.Binary;
using System.Numerics;
using AgentKeys.Ethereum;

namespace AgentKeys.Chain;

/// <summary>What each constructor put into the code itself.</summary>
internal static class ContractImmutables
{
    /// <summary>The first immutable that is not what it must be, in words; null: all are.</summary>
    /// <param name="code">This release's, whatever is in the immutables.</param>
    /// <param name="expected">Name to the word it must be; one that is not in it may hold anything that its type allows.</param>
    public static string? DifferenceOf(string contract, ReadOnlySpan<byte> code, IReadOnlyDictionary<string, byte[]> expected)
    {
        foreach (var (name, word) in ContractArtifacts.Get(contract).ImmutablesOf(code))
        {
            if (word is null)
                return $"immutable {name} is not the same in all its places";
            if (expected.TryGetValue(name, out var wanted) && !word.AsSpan().SequenceEqual(wanted))
                return $"immutable {name} is {Hex.Encode(word)}, not {Hex.Encode(wanted)}";
            if (name == "hasPrecompile" && new BigInteger(word, isUnsigned: true, isBigEndian: true) > 1)
                return $"immutable {name} is {Hex.Encode(word)}, neither 0 nor 1";
        }

        return null;
    }

    public static byte[] Word(Address address) => [.. new byte[12], .. address.ToArray()];

    public static byte[] Word(ulong number)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), number);
        return word;
    }
}
