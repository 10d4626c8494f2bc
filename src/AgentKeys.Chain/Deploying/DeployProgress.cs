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

    /// <summary>The node was away; it is tried again after a pause. The detail says why and when.</summary>
    Interrupted,
}

/// <param name="Contract">One of <see cref="ContractNames"/>; <c>deployment</c> where it is all of them.</param>
/// <param name="Detail">Transaction hash, or address once verified.</param>
public sealed record DeployProgress(string Contract, DeployStage Stage, string Detail);
