namespace AgentKeys.Chain;

/// <summary>What happens to one contract.</summary>
public enum DeployStage
{
    /// <summary>Its transaction is on the way.</summary>
    Sent,

    /// <summary>An earlier run's transaction is looked after.</summary>
    Resumed,

    /// <summary>It is on chain, with this release's code.</summary>
    Verified,
}

/// <param name="Contract">One of <see cref="ContractNames"/>.</param>
/// <param name="Detail">Transaction hash, or address once verified.</param>
public sealed record DeployProgress(string Contract, DeployStage Stage, string Detail);
