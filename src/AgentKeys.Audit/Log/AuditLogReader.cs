using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>Reads a log from its first byte, checks every frame and hands out the records.</summary>
internal static class AuditLogReader
{
    private const int PruneEvery = 4096;

    /// <summary>
    /// Rebuilds the state. Everything up to the head must be whole. Whole frames after it were durable and not yet acknowledged: they
    /// stay, as acts whose outcome is unknown. From the first frame after the head that is not whole, nothing was acknowledged: the
    /// answer's length is where to cut.
    /// </summary>
    /// <exception cref="AuditLogDamageException">bytes before the head are missing or changed, or it is another role's log.</exception>
    public static AuditLogHead Read(AuditLogFiles files, string verifier, AuditLogState state)
    {
        var acknowledged = files.Acknowledged;
        var at = ReadMagic(files);
        while (TryReadFrame(files, at, out var entry))
        {
            if (at.Count == 0)
                CheckFirst(entry.Record, verifier);
            state.Apply(entry.Record, entry.Leaf);
            state.Commit();
            at = new AuditLogHead(at.Count + 1, at.Length + (ulong)entry.Length, entry.Chain);
            if (at.Count == acknowledged.Count && at != acknowledged)
                throw new AuditLogDamageException("The log is not the one that its head describes.");
            if (at.Count % PruneEvery == 0)
                state.Prune(state.LastTime);
        }
        if (at.Count < acknowledged.Count)
            throw new AuditLogDamageException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The log is damaged or shortened: {acknowledged.Count} records were acknowledged, {at.Count} are whole."));
        return at;
    }

    private static AuditLogHead ReadMagic(AuditLogFiles files)
    {
        Span<byte> magic = stackalloc byte[AuditLogFrame.Magic.Length];
        var read = files.Read(magic, 0);
        if (read != magic.Length || !magic.SequenceEqual(AuditLogFrame.Magic))
            throw new AuditLogDamageException("The file is not an audit log.");
        return new AuditLogHead(0, (ulong)magic.Length, AuditLogFrame.FirstChain);
    }

    private static bool TryReadFrame(AuditLogFiles files, AuditLogHead at, out AuditLogEntry entry) =>
        AuditLogFrame.TryRead(files.Peek((long)at.Length), at.Chain, out entry);

    private static void CheckFirst(AuditRecord first, string verifier)
    {
        if (first.Op is not (AuditOpKind.LogOpened or AuditOpKind.LogReopened) || first.Verifier != verifier)
            throw new AuditLogDamageException($"This is the log of {first.Verifier}, not of {verifier}.");
    }
}
