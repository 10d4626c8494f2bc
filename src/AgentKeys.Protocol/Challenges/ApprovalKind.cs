namespace AgentKeys.Protocol;

/// <summary>What an operation does with authority: how many approve, with which role, and which counter their challenge carries (SPEC.md 3.1).</summary>
public enum ApprovalKind : byte
{
    /// <summary>grantThreshold masters with SCOPE_MGMT.</summary>
    Give = 0,

    /// <summary>One master, any role.</summary>
    Take = 1,

    /// <summary>recoveryThreshold masters with RECOVERY; all carry the operator's counter.</summary>
    Recover = 2,

    /// <summary>One master with RECOVERY, for what counts after a delay.</summary>
    Propose = 3,
}
