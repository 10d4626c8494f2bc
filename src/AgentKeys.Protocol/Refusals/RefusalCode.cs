namespace AgentKeys.Protocol;

/// <summary>Every way a request is refused. Wire name: the member in snake_case. Status: <see cref="RefusalCodes.Status"/>.</summary>
public enum RefusalCode
{
    InvalidInput,
    MethodNotAllowed,
    PayloadTooLarge,
    UnsupportedMediaType,

    Unauthorized,
    SessionRevoked,
    StorageSessionRequired,
    CapInvalid,
    CapExpired,
    ProofInvalid,

    OperatorMismatch,
    DeviceNotActive,
    DeviceRevoked,
    ApproverRevoked,
    DeviceBindingMismatch,
    DeviceRoleMissing,
    CustodyTierRequired,
    ServiceNotInScope,
    ScopeReadOnly,
    ScopeExpired,
    CapOpMismatch,
    CapDataClassMismatch,
    K3EpochMismatch,
    StorageSessionRefused,

    NotFound,
    Conflict,
    CapReplayed,
    ProofReplayed,
    ChainBehind,
    QuotaExceeded,
    RateLimited,

    InternalError,
    ObjectCorrupt,
    ChainUnavailable,
    ChainStale,
    AuditUnavailable,
    SignerUnavailable,
    StoreUnavailable,
    ObjectRolledBack,
    ObjectLost,
    ActorKeyUnavailable,
    K3EpochPending,
}
