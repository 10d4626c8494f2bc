using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>
/// Whether a store may replace what is there, and which version it seals. What is there is known only by its header, which routes and
/// proves nothing: a store does not open what it replaces.
/// </summary>
internal static class PutRule
{
    /// <summary>
    /// How far above the floor a header is believed. Above the floor by honest means are stores that happened and could not be recorded:
    /// a handful. A forged header may push the versions on by as much, never to their end.
    /// </summary>
    public const ulong MaxAhead = 1024;

    private static readonly Refusal s_conflict = new(RefusalCode.Conflict, "The stored version is not the one that this request replaces.");

    /// <summary>One above everything that may have been sealed before, so that no two objects of a name ever share a version.</summary>
    /// <param name="header">of the object that is there; null when there is none or it is not an envelope.</param>
    public static ulong NextVersion(ObjectFloor floor, EnvelopeHeader? header) =>
        (header is not null && header.ObjectVersion > floor.Version && header.ObjectVersion - floor.Version <= MaxAhead ? header.ObjectVersion : floor.Version) + 1;

    /// <summary>The condition of the caller.</summary>
    /// <param name="ifVersion">absent replaces whatever there is, also what was lost or damaged: that is how a person repairs. 0 creates only. n replaces exactly n.</param>
    /// <param name="exists">an object is there, readable or not.</param>
    /// <returns>null when the store may go on.</returns>
    public static Refusal? Check(ulong? ifVersion, ObjectFloor floor, bool exists, EnvelopeHeader? header)
    {
        if (ifVersion is not { } wanted)
            return null;
        if (!exists)
            return floor is { Version: > 0, Deleted: false } ? VaultRefusals.Lost : wanted == 0 ? null : s_conflict;
        if (header is null)
            return wanted == 0 ? s_conflict : VaultRefusals.Corrupt;
        if (header.ObjectVersion < floor.Version)
            return VaultRefusals.RolledBack;
        return header.ObjectVersion == wanted ? null : s_conflict;
    }
}
