namespace AgentKeys.Protocol;

/// <summary>Why bytes are not an audit record.</summary>
public enum AuditRecordFault
{
    None,

    /// <summary>Longer than <see cref="AuditRecord.MaxLength"/>.</summary>
    TooLong,

    /// <summary>Not one CBOR map with unsigned keys and members of the stated types.</summary>
    Malformed,

    /// <summary>Another encoding of something readable: key order, length forms, trailing bytes, an explicit false.</summary>
    NotCanonical,

    UnknownVersion,
    UnknownKey,
    MissingMember,

    /// <summary>A text or byte string outside its length or alphabet.</summary>
    BadMember,

    /// <summary>A member that this phase does not have, or that needs another one.</summary>
    Inconsistent,
}
