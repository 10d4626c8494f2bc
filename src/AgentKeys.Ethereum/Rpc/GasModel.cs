namespace AgentKeys.Ethereum.Rpc;

/// <summary>How a transaction's fee is named.</summary>
public enum GasModel
{
    /// <summary>One gas price.</summary>
    Legacy,

    /// <summary>Base fee and tip (EIP-1559).</summary>
    Eip1559,
}
