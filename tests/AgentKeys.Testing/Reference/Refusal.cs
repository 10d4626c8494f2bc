namespace AgentKeys.Testing.Reference;

/// <summary>The rules of SPEC section 3, one name each. A call that breaks several is refused for all of them: the SPEC gives no order.</summary>
public enum Refusal
{
    // who sends
    NotTheWallet, WalletUsed, NotAgentRooted, RootedDeviceActive, NotGovernance, NotAnOperation,

    // what it is about
    UnknownOperator, NoSuchMaster, NoSuchAgentDevice, MasterStillActive, ActorForeign, ActorIsOperator, ActorNotOfDevice,

    // what a registration needs
    DeviceKnown, AddressIsWallet, AddressIsDevice, PasskeyUsed, DeadlinePast, DeadlineTooFar, DeviceSignature, WalletConsent,

    // values
    RolesInvalid, RecoveryThresholdInvalid, GrantThresholdInvalid, TooManyMasters, CompromisedSinceInvalid, GenerationInvalid, GrantsInvalid,

    // approvals
    TooFewApprovals, ApproverNotMaster, ApproverRole, ApproverRepeated, ApproverIsTarget, ApproverIsAnother,

    // assertions, section 3.4 in its order
    RpIdMismatch, UserNotPresent, UserNotVerified, BackupStateInvalid, TypeMismatch, ChallengeMismatch, OriginMismatch, CrossOrigin, SignatureInvalid,

    // proposals
    NoProposal, ProposalVoid, ProposalTooEarly, ProposalTooLate, ProposalOwn, ProposalOfAnother, ProposalSelf,
}
