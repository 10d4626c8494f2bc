using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>
/// Whether a store may replace what is there. What is there is known only by its header, which routes and proves nothing: a store does
/// not open what it replaces.
/// </summary>
internal static class PutRule
{
    private static readonly Refusal s_conflict = new(RefusalCode.Conflict, "The stored version is not the one that this request replaces.");

    /// <summary>The condition of the caller.</summary>
    /// <param name="ifVersion">absent replaces whatever there is, also what was lost or damaged: that is how a person repairs. 0 creates only. n replaces exactly n.</param>
    /// <param name="exists">an object is there, readable or not.</param>
    /// <returns>null when the store may go on.</returns>
    public static Refusal? Check(ulong? ifVersion, ObjectFloor floor, bool exists, EnvelopeHeader? header)
    {
        if (ifVersion is not { } wanted)
            return null;
        if (!exists)
            return floor.SaysStored ? VaultRefusals.Lost : wanted == 0 ? null : s_conflict;
        if (header is null)
            return wanted == 0 ? s_conflict : VaultRefusals.Corrupt;
        if (header.ObjectVersion < floor.Version)
            return VaultRefusals.RolledBack;
        return header.ObjectVersion == wanted ? null : s_conflict;
    }
}
