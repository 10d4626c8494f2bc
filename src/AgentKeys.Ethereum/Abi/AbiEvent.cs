namespace AgentKeys.Ethereum.Abi;

/// <summary>An event that is not anonymous: topic 0 is the signature's hash, then the indexed parameters, the rest in the data.</summary>
public sealed class AbiEvent
{
    private readonly List<AbiParameter> _indexed;
    private readonly List<AbiParameter> _data;

    /// <exception cref="FormatException">More than three indexed parameters.</exception>
    public AbiEvent(AbiSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        Signature = signature;
        _indexed = [.. signature.Parameters.Where(p => p.Indexed)];
        _data = [.. signature.Parameters.Where(p => !p.Indexed)];
        if (_indexed.Count > 3)
            throw new FormatException("An event has at most three indexed parameters.");
    }

    /// <param name="signature"><c>Name(type indexed name, ...)</c>.</param>
    /// <exception cref="FormatException">Not such a text.</exception>
    public AbiEvent(string signature)
        : this(AbiSignature.Parse(signature))
    {
    }

    public AbiSignature Signature { get; }

    /// <summary>Topic 0.</summary>
    public ReadOnlySpan<byte> Topic => Signature.Hash;

    /// <summary>The parameters of a log, in order of declaration.</summary>
    /// <param name="topics">32 bytes each, topic 0 included.</param>
    /// <param name="data">The log's data.</param>
    /// <param name="values">An indexed parameter that takes more than one word (bytes, string, array, tuple) is not in the
    /// log: its value here is the 32-byte hash that stands there.</param>
    public AbiFault Decode(IReadOnlyList<byte[]> topics, ReadOnlySpan<byte> data, out object[] values)
    {
        ArgumentNullException.ThrowIfNull(topics);
        values = [];
        if (topics.Count == 0 || !topics[0].AsSpan().SequenceEqual(Topic))
            return AbiFault.WrongSelector;
        if (topics.Count != _indexed.Count + 1 || topics.Any(t => t.Length != AbiType.Word))
            return AbiFault.WrongTopicCount;

        var fault = AbiDecoder.Decode(_data, data, out var fromData);
        if (fault != AbiFault.None)
            return fault;

        var all = new object[Signature.Parameters.Count];
        int topic = 1, next = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var parameter = Signature.Parameters[i];
            if (!parameter.Indexed)
                all[i] = fromData[next++];
            else if ((fault = DecodeTopic(parameter.Type, topics[topic++], out all[i])) != AbiFault.None)
                return fault;
        }

        values = all;
        return AbiFault.None;
    }

    public override string ToString() => Signature.Text;

    private static AbiFault DecodeTopic(AbiType type, byte[] topic, out object value)
    {
        value = topic;
        var hashed = type.Kind is AbiKind.Bytes or AbiKind.String or AbiKind.Array or AbiKind.FixedArray or AbiKind.Tuple;
        return hashed ? AbiFault.None : AbiDecoder.DecodeWord(type, topic, out value);
    }
}
