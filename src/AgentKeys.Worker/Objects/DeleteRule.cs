using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>Whether a delete may remove what is there, which it does not open: its header routes and proves nothing.</summary>
internal static class DeleteRule
{
    private static readonly Refusal s_conflict = new(RefusalCode.Conflict, "The stored version is not the one that this request removes.");

    /// <param name="ifVersion">absent removes whatever there is, also what was damaged or rolled back, and settles what was lost. n removes exactly n.</param>
    /// <param name="exists">an object is there, readable or not.</param>
    /// <returns>null when the delete may go on.</returns>
    public static Refusal? Check(ulong? ifVersion, ObjectFloor floor, bool exists, EnvelopeHeader? header)
    {
        if (!exists && !floor.SaysStored)
            return VaultRefusals.NotFound;
        if (ifVersion is not { } wanted)
            return null;
        if (!exists)
            return VaultRefusals.Lost;
        if (header is null)
            return VaultRefusals.Corrupt;
        if (header.ObjectVersion < floor.Version)
            return VaultRefusals.RolledBack;
        return header.ObjectVersion == wanted ? null : s_conflict;
    }
}
