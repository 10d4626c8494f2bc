namespace AgentKeys.Testing.Reference;

/// <summary>Rows about agents' devices and scopes: taking away needs one master, or the wallet with no approval.</summary>
public sealed partial class ReferenceRegistry
{
    private Action? Judge(RevokeAgentDevice call)
    {
        var device = Devices.GetValueOrDefault(call.Device);
        if (!Rule(device is { Tier: Agent, Revoked: false }, Refusal.NoSuchAgentDevice))
            return null;
        CheckTaking(call, Operators[device!.Operator]);
        return () =>
        {
            Consume(call, device.Operator);
            device.RevokedAt = Now;
        };
    }

    private Action? Judge(SetScope call)
    {
        if (FindOperator(call.Operator) is not { } op || !OwnsActor(op, call.Actor))
            return null;
        var scope = ScopeOf(call.Actor);
        Rule(call.Generation == scope.Generation + 1, Refusal.GenerationInvalid);
        Rule(call.Grants.Count <= MostGrants && call.Grants.DistinctBy(g => g.ServiceHash).Count() == call.Grants.Count, Refusal.GrantsInvalid);
        Rule(call.Grants.All(IsGrant), Refusal.GrantsInvalid);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            Scopes[call.Actor] = new ModelScope
            {
                Operator = op.Omni,
                Generation = call.Generation,
                Grants = call.Grants,
                Approvers = FirstTwo(call),
                SetAt = Now,
            };
        };
    }

    private Action? Judge(RevokeScope call)
    {
        if (FindOperator(call.Operator) is not { } op || !OwnsActor(op, call.Actor))
            return null;
        CheckTaking(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            Scopes[call.Actor] = new ModelScope { Operator = op.Omni, Generation = ScopeOf(call.Actor).Generation + 1, SetAt = Now };
        };
    }

    private static bool IsGrant(Grant grant) =>
        grant.ServiceHash != Word.Zero && grant.DataClasses is >= 1 and <= 15 && (grant.MaxCalls == 0 || grant.PeriodSeconds > 0) && grant.ExpiresAt < 1UL << 56;

    /// <summary>An agent's actor of this operator; the operator's own devices need no grant.</summary>
    private bool OwnsActor(ModelOperator op, string actor) =>
        Rule(Actors.GetValueOrDefault(actor) == op.Omni, Refusal.ActorForeign) && Rule(actor != op.Omni, Refusal.ActorIsOperator);

    private ModelScope ScopeOf(string actor) => Scopes.GetValueOrDefault(actor) ?? new ModelScope();

    private void CheckTaking(Call call, ModelOperator op)
    {
        if (call.Approvals.Count > 0)
            CheckApprovals(call, op);
        else
            Rule(call.Sender == op.Wallet, Refusal.TooFewApprovals);
    }
}
