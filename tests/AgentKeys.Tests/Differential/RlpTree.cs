using AgentKeys.Ethereum;

namespace AgentKeys.Tests.Differential;

/// <summary>What RLP encodes: bytes, or a list of such.</summary>
internal sealed record RlpTree(byte[]? Bytes, IReadOnlyList<RlpTree> Items)
{
    public static RlpTree Random(RandomInputs random, int depth)
    {
        if (depth == 0 || random.OneIn(2))
            return new RlpTree(random.OneIn(20) ? random.Bytes(250 + random.Next(12)) : random.SomeBytes(70), []);
        return new RlpTree(null, [.. Enumerable.Range(0, random.Next(random.OneIn(8) ? 20 : 5)).Select(_ => Random(random, depth - 1))]);
    }

    /// <summary>Hex text and arrays.</summary>
    public object ToQuestion() => Bytes is null ? Items.Select(i => i.ToQuestion()).ToArray() : Hex.Encode(Bytes);

    public byte[] Encode() => Bytes is null ? Rlp.EncodeList([.. Items.Select(i => i.Encode())]) : Rlp.EncodeBytes(Bytes);

    /// <summary>One item, nothing behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out RlpTree tree)
    {
        var reader = new RlpReader(data);
        return TryRead(ref reader, out tree) && reader.IsAtEnd;
    }

    private static bool TryRead(ref RlpReader reader, out RlpTree tree)
    {
        tree = new RlpTree([], []);
        if (!reader.IsAtList)
        {
            if (!reader.TryReadBytes(out var bytes))
                return false;
            tree = new RlpTree(bytes.ToArray(), []);
            return true;
        }

        if (!reader.TryReadList(out var list))
            return false;
        var items = new List<RlpTree>();
        while (!list.IsAtEnd)
        {
            if (!TryRead(ref list, out var item))
                return false;
            items.Add(item);
        }

        tree = new RlpTree(null, items);
        return true;
    }
}
