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
            device.Revoked = true;
        };
    }

    private Action? Judge(SetScope call)
    {
        if (FindOperator(call.Operator) is not { } op || !OwnsActor(op, call.Actor))
            return null;
        var scope = ScopeOf(call.Actor);
        Rule(call.Generation == scope.Generation + 1, Refusal.GenerationInvalid);
        Rule(call.Grants.Count <= MostGrants && call.Grants.DistinctBy(g => g.ServiceHash).Count() == call.Grants.Count, Refusal.GrantsInvalid);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            Scopes[call.Actor] = new ModelScope { Generation = call.Generation, Grants = call.Grants, Approvers = FirstTwo(call), ApprovedAt = Now };
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
            Scopes[call.Actor] = new ModelScope { Generation = ScopeOf(call.Actor).Generation + 1 };
        };
    }

    private bool OwnsActor(ModelOperator op, string actor) => Rule(Actors.GetValueOrDefault(actor) == op.Omni, Refusal.ActorForeign);

    private ModelScope ScopeOf(string actor) => Scopes.GetValueOrDefault(actor) ?? new ModelScope();

    private void CheckTaking(Call call, ModelOperator op)
    {
        if (call.Approvals.Count > 0)
            CheckApprovals(call, op);
        else
            Rule(call.Sender == op.Wallet, Refusal.TooFewApprovals);
    }
}
