using AgentKeys.Testing.Reference;
using static AgentKeys.Testing.Reference.Refusal;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>Which rules of the model an error of the contracts speaks of. A call that breaks several may be refused for any of them.</summary>
internal static class ErrorNames
{
    private static readonly Dictionary<string, Refusal[]> Rules = new()
    {
        ["DeadlinePassed"] = [DeadlinePast],
        ["DeadlineTooFar"] = [DeadlineTooFar],
        ["WalletAlreadyUsed"] = [WalletUsed],
        ["WalletIsDevice"] = [AddressIsDevice, AddressIsWallet],
        ["WalletConsentMismatch"] = [WalletConsent],
        ["NotOperatorWallet"] = [TooFewApprovals],
        ["OperatorNotAgentRooted"] = [NotAgentRooted, WalletUsed],
        ["OwnDeviceActive"] = [RootedDeviceActive],
        ["DeviceAlreadyRegistered"] = [DeviceKnown],
        ["DeviceIsWallet"] = [AddressIsWallet],
        ["SignatureMalformed"] = [DeviceSignature, WalletConsent],
        ["DeviceSignatureMismatch"] = [DeviceSignature],
        ["ActorIsOperator"] = [ActorIsOperator],
        ["ActorNotOfDevice"] = [ActorNotOfDevice, DeviceSignature],
        ["ActorOfOtherOperator"] = [ActorForeign],
        ["PasskeyAlreadyUsed"] = [PasskeyUsed],
        ["TooManyMasters"] = [TooManyMasters],
        ["RolesInvalid"] = [RolesInvalid],
        ["RecoveryThresholdInvalid"] = [RecoveryThresholdInvalid],
        ["GrantThresholdInvalid"] = [GrantThresholdInvalid],
        ["CompromisedSinceInvalid"] = [CompromisedSinceInvalid],
        ["CompromisedSinceNotEarlier"] = [CompromisedSinceInvalid],
        ["DeviceUnknown"] = [NoSuchMaster, NoSuchAgentDevice],
        ["DeviceAlreadyRevoked"] = [NoSuchMaster, NoSuchAgentDevice],
        ["DeviceNotRevoked"] = [MasterStillActive],
        ["DeviceIsMaster"] = [NoSuchAgentDevice],
        ["DeviceNotMaster"] = [NoSuchMaster],
        ["OperatorNotHumanAnchored"] = [UnknownOperator, TooFewApprovals, ApproverNotMaster],
        ["NotEnoughApprovals"] = [TooFewApprovals],
        ["ApproverDuplicate"] = [ApproverRepeated],
        ["ApproverOfOtherOperator"] = [ApproverNotMaster],
        ["ApproverNotMaster"] = [ApproverNotMaster],
        ["ApproverRevoked"] = [ApproverNotMaster],
        ["ApproverLacksRole"] = [ApproverRole],
        ["ApproverIsTarget"] = [ApproverIsTarget],
        ["ApproverNotDevice"] = [ApproverIsAnother],
        ["NotRecovery"] = [NotAnOperation],
        ["ProposalStale"] = [ProposalVoid],
        ["ProposerIsTarget"] = [ProposalSelf],
        ["TargetOfOtherOperator"] = [NoSuchMaster],
        ["TargetNotMaster"] = [NoSuchMaster],
        ["TargetRevoked"] = [NoSuchMaster],
        ["ProposalUnknown"] = [NoProposal],
        ["CancellerIsProposer"] = [ProposalOwn],
        ["NotProposer"] = [ProposalOfAnother],
        ["ProposalTooEarly"] = [ProposalTooEarly],
        ["ProposalExpired"] = [ProposalTooLate],
        ["TooManyGrants"] = [GrantsInvalid],
        ["ServiceHashZero"] = [GrantsInvalid],
        ["ServiceDuplicate"] = [GrantsInvalid],
        ["DataClassesInvalid"] = [GrantsInvalid],
        ["LimitWithoutPeriod"] = [GrantsInvalid],
        ["ExpiryTooFar"] = [GrantsInvalid],
        ["GenerationMismatch"] = [GenerationInvalid],
        ["NotGovernance"] = [NotGovernance],
        ["NotPendingGovernance"] = [NotGovernance],
        ["RpIdMismatch"] = [RpIdMismatch],
        ["UserNotPresent"] = [UserNotPresent],
        ["UserNotVerified"] = [UserNotVerified],
        ["BackupStateInvalid"] = [BackupStateInvalid],
        ["TypeMismatch"] = [TypeMismatch],
        ["ChallengeMismatch"] = [ChallengeMismatch],
        ["OriginMismatch"] = [OriginMismatch],
        ["CrossOrigin"] = [CrossOrigin],
        ["SignatureInvalid"] = [SignatureInvalid],
    };

    /// <summary>Of one of these rules; or, where the model could not ask them all, at least of some rule.</summary>
    public static bool Speaks(string error, IReadOnlySet<Refusal> broken, bool judgedWhole) =>
        broken.Count > 0 && Rules.TryGetValue(error, out var rules) && (!judgedWhole || rules.Any(broken.Contains));
}
