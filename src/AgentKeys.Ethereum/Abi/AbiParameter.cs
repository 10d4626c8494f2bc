namespace AgentKeys.Ethereum.Abi;

/// <summary>One argument, result or struct member. The name is for people and may be empty; only the type is encoded.</summary>
public sealed record AbiParameter(string Name, AbiType Type, bool Indexed = false)
{
    public override string ToString() =>
        Type + (Indexed ? " indexed" : "") + (Name.Length == 0 ? "" : " " + Name);
}
