namespace AgentKeys.Ethereum.Abi;

/// <summary>What arguments, tuples and arrays have in common: values side by side, heads first, then the dynamic ones.</summary>
internal readonly struct AbiSequence
{
    private readonly IReadOnlyList<AbiParameter>? _parameters;
    private readonly AbiType? _item;

    /// <summary>Arguments, results, or a tuple's members.</summary>
    public AbiSequence(IReadOnlyList<AbiParameter> parameters)
    {
        _parameters = parameters;
        Count = parameters.Count;
        foreach (var parameter in parameters)
            HeadSize += parameter.Type.HeadSize;
    }

    /// <summary>An array's items. The caller has bounded <paramref name="count"/>.</summary>
    public AbiSequence(AbiType item, int count)
    {
        _item = item;
        Count = count;
        HeadSize = (long)item.HeadSize * count;
    }

    public int Count { get; }

    public long HeadSize { get; }

    public AbiType this[int index] => _item ?? _parameters![index].Type;

    public string Describe(int index) => _item is null && _parameters![index].Name is { Length: > 0 } name ? name : $"[{index}]";
}
