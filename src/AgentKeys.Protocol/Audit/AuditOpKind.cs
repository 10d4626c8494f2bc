namespace AgentKeys.Protocol;

/// <summary>
/// What an audit record is about. An open registry of one byte: a reader keeps kinds that it does not know. Ranges: credentials
/// 0-9, memory 10-19, signatures 20-29, payments 30-39, scope 40-49, devices 50-59, email 60-69, epochs and keys 70-79, the audit
/// log itself 80-89, broker 90-99, cap holders' own 200-255.
/// </summary>
public enum AuditOpKind : byte
{
    CredentialsStore = 0,
    CredentialsFetch = 1,
    CredentialsList = 2,
    CredentialsDelete = 3,
    CredentialsTeardown = 4,

    MemoryPut = 10,
    MemoryGet = 11,
    MemoryList = 12,
    MemoryDelete = 13,
    MemoryTeardown = 14,

    EpochAdded = 70,
    DataKeyGenerated = 71,
    DataKeyUnwrapped = 72,

    LogOpened = 80,
    LogReopened = 81,

    Login = 90,
    CapMinted = 91,
    StorageTokenMinted = 92,
    RuleExplained = 93,

    FirstOfCapHolders = 200,
}

public static class AuditOpKinds
{
    /// <summary>The class whose objects the act touches; null where the kind says nothing about a class.</summary>
    public static DataClass? DataClass(this AuditOpKind kind) => (byte)kind switch
    {
        <= 9 => Protocol.DataClass.Credentials,
        >= 10 and <= 19 => Protocol.DataClass.Memory,
        >= 60 and <= 69 => Protocol.DataClass.Email,
        >= 200 => Protocol.DataClass.Audit,
        _ => null,
    };

    /// <summary>How a worker names the act that a cap allows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">the class has no such act (a bug, not input).</exception>
    public static AuditOpKind Of(DataClass dataClass, CapOp op) => (dataClass, op) switch
    {
        (Protocol.DataClass.Credentials, <= CapOp.Teardown) => AuditOpKind.CredentialsStore + (byte)op,
        (Protocol.DataClass.Memory, <= CapOp.Teardown) => AuditOpKind.MemoryPut + (byte)op,
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };
}
