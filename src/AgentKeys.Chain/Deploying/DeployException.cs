namespace AgentKeys.Chain;

/// <summary>Why a deployment stopped.</summary>
public enum DeployFault
{
    /// <summary>The journal is not one, or was cut off in the middle of a line that is not the last.</summary>
    JournalDamaged,

    /// <summary>The journal tells of another chain (a development chain that was started anew, say) or another sender.</summary>
    JournalOfAnother,

    /// <summary>The journal tells of other contracts than this release's.</summary>
    JournalOfAnotherRelease,

    /// <summary>Another process is deploying with this journal.</summary>
    InUse,

    /// <summary>A deploying transaction reverted.</summary>
    Reverted,

    /// <summary>It is not known what became of a transaction. Run again: nothing is deployed twice.</summary>
    Uncertain,
}

/// <summary>A deployment stopped. What was done is in the journal; running again goes on from there.</summary>
public sealed class DeployException(DeployFault fault, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public DeployFault Fault => fault;
}
