using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>What became of an authorized act. Only an act that was done moves a floor, and floors never go down.</summary>
public sealed record AuditOutcome
{
    private AuditOutcome(Bytes32 authorized, RefusalCode? refused) => (Ref, RefusedWith) = (authorized, refused);

    /// <summary>Leaf of the authorized record.</summary>
    public Bytes32 Ref { get; }

    /// <summary>Null: done.</summary>
    public RefusalCode? RefusedWith { get; }

    /// <summary>For teardown, whose authorized record names none: one outcome per object, then one without an object closes it.</summary>
    public ObjectName? Object { get; private init; }

    /// <summary>Written or seen; for a deletion the version that was removed (0 when unknown).</summary>
    public ulong? Version { get; private init; }

    public bool IsDeletion { get; private init; }
    public Bytes32? SealedHash { get; private init; }

    /// <summary>Salted commitments and counts for the reader of the log, never content.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Done; no object was written. Closes the authorized record.</summary>
    public static AuditOutcome Done(Bytes32 authorized) => new(authorized, null);

    /// <summary>Read at this version. An object above the floor that opened raises it.</summary>
    public static AuditOutcome Read(Bytes32 authorized, ulong version) => new(authorized, null) { Version = Positive(version) };

    /// <summary>Written at this version, which becomes the floor.</summary>
    /// <param name="sealedHash">SHA-256 of the sealed object.</param>
    public static AuditOutcome Stored(Bytes32 authorized, ulong version, Bytes32 sealedHash) =>
        new(authorized, null) { Version = Positive(version), SealedHash = sealedHash };

    /// <summary>
    /// Deleted. A deletion takes a version of its own, one above the floor and above what was removed, so the removed object put
    /// back is below the floor.
    /// </summary>
    /// <param name="removed">version in the header of the object that was there, believed up to <see cref="ObjectFloor.MaxAhead"/>; 0 when it was already gone.</param>
    public static AuditOutcome Deleted(Bytes32 authorized, ulong removed, ObjectName? one = null) =>
        new(authorized, null) { Version = removed, IsDeletion = true, Object = one };

    /// <param name="one">for teardown, the object that could not be deleted: the act goes on.</param>
    public static AuditOutcome Refused(Bytes32 authorized, RefusalCode code, ObjectName? one = null) => new(authorized, code) { Object = one };

    private static ulong Positive(ulong version)
    {
        ArgumentOutOfRangeException.ThrowIfZero(version);
        return version;
    }
}
