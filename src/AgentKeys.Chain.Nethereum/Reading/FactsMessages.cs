using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Protocol;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// CapLens by Nethereum. Decisions hang on these answers, so they are read by two decoders that share no code, and count only
/// where both read the same.
/// </summary>
internal static class FactsMessages
{
    public static CapLensCapFactsFunction Single(FactsQuery query) => new() { Query = QueryOf(query) };

    public static CapLensCapFactsBatchFunction Batch(IReadOnlyList<FactsQuery> queries) => new() { Queries = [.. queries.Select(QueryOf)] };

    /// <exception cref="ChainUnavailableException">Not facts, or not of this deployment.</exception>
    public static CapFacts Read(byte[] answer, Deployment deployment)
    {
        var strict = CapLensCodec.DecodeSingle(answer, deployment);
        return Agreed(FactsOf(StrictOutput.Decode<CapLensCapFactsOutput>(answer).Facts), strict);
    }

    /// <exception cref="ChainUnavailableException">Not that many facts, not of this deployment, or not all of one block.</exception>
    public static IReadOnlyList<CapFacts> Read(byte[] answer, int expected, Deployment deployment)
    {
        var strict = CapLensCodec.DecodeBatch(answer, expected, deployment);
        var facts = StrictOutput.Decode<CapLensCapFactsBatchOutput>(answer).Facts;
        return facts.Count == expected ? [.. facts.Select((f, i) => Agreed(FactsOf(f), strict[i]))] : throw new ChainUnavailableException(ChainFault.BadAnswer);
    }

    private static CapFacts Agreed(CapFacts facts, CapFacts strict) =>
        facts == strict ? facts : throw new ChainUnavailableException(ChainFault.BadAnswer);

    private static Query QueryOf(FactsQuery query) => new()
    {
        Operator = query.Operator.Value.ToArray(),
        Actor = query.Actor.Value.ToArray(),
        Device = query.Device.Value.ToArray(),
        DataClass = query.DataClass is { } dataClass ? (byte)dataClass : (byte)0,
        ServiceHash = (query.Service?.Hash ?? default).ToArray(),
        SessionWallet = query.SessionWallet.ToAddress().ToString(),
    };

    private static CapFacts FactsOf(Facts facts) => new()
    {
        Chain = new ChainRef((ulong)facts.ChainId, Wire.Account(facts.Registry)),
        Head = new HeadFacts(facts.BlockNumber, facts.BlockTimestamp, new Bytes32(facts.ParentHash)),
        Epoch = facts.Epoch,
        Device = new DeviceFacts(
            facts.DeviceRegisteredAt, facts.DeviceRevoked, facts.DeviceApproverRevoked, (DeviceTier)facts.DeviceTier, (DeviceRoles)facts.DeviceRoles,
            new Omni(new Bytes32(facts.DeviceOperator)), new Omni(new Bytes32(facts.DeviceActor))),
        ActorOperator = new Omni(new Bytes32(facts.ActorOperator)),
        WalletOperator = new Omni(new Bytes32(facts.WalletOperator)),
        WalletEverUsed = facts.WalletEverUsed,
        Operator = new OperatorFacts(
            (TrustTier)facts.OperatorTier, Wire.Account(facts.OperatorWallet), facts.RecoveryThreshold, facts.GrantThreshold, facts.ActiveMasters,
            facts.ActiveRecoveryMasters, Wire.Account(facts.AuditRelay)),
        Grant = new GrantFacts(
            facts.Granted, facts.GrantClasses, facts.GrantReadOnly, facts.GrantExpiresAt, facts.GrantMaxCalls, facts.GrantPeriodSeconds,
            facts.ScopeGeneration, facts.ScopeApproverRevoked),
    };
}
