using System.Text.Json.Serialization.Metadata;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Builder;

namespace AgentKeys.Hosting;

/// <summary>What a route takes and answers, said once where it is mapped: the OpenAPI document is made of this and of its <see cref="RouteGuard"/>.</summary>
/// <param name="Summary">one sentence for people.</param>
/// <param name="Body">null: it reads none.</param>
/// <param name="Answer">null: text.</param>
/// <param name="Codes">refusals besides those that come from the guard (<see cref="GuardCodes"/>).</param>
public sealed record RouteContract(string Summary, JsonTypeInfo? Body, JsonTypeInfo? Answer, params IReadOnlyList<RefusalCode> Codes)
{
    /// <summary>503 is the same body, not a refusal.</summary>
    public bool AnswersAt503 { get; init; }

    /// <summary>Every code that the route can ever answer, in the order of SPEC.md section 9.</summary>
    public IReadOnlyList<RefusalCode> AllCodes(RouteGuard guard) => [.. Codes.Concat(GuardCodes.Of(guard)).Distinct().Order()];
}

public static class RouteContracts
{
    public static TBuilder Says<TBuilder>(this TBuilder route, RouteContract contract)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(contract);
}

/// <summary>Refusals that routes share.</summary>
public static class GuardCodes
{
    /// <summary>Of every answer that a block decides.</summary>
    public static IReadOnlyList<RefusalCode> Chain { get; } = [RefusalCode.ChainBehind, RefusalCode.ChainUnavailable, RefusalCode.ChainStale];

    private static readonly RefusalCode[] s_cap =
        [RefusalCode.CapInvalid, RefusalCode.CapExpired, RefusalCode.CapOpMismatch, RefusalCode.CapDataClassMismatch, RefusalCode.K3EpochMismatch];

    private static readonly RefusalCode[] s_proof = [RefusalCode.ProofInvalid, RefusalCode.ProofReplayed, RefusalCode.AuditUnavailable, RefusalCode.DeviceBindingMismatch];

    /// <summary>What follows from who may come and with how much.</summary>
    public static IEnumerable<RefusalCode> Of(RouteGuard guard)
    {
        IEnumerable<RefusalCode> codes = [RefusalCode.InternalError];
        if (guard.Auth == RouteAuth.ThisMachine)
            codes = codes.Append(RefusalCode.NotFound);
        if (!guard.IsWatching)
            codes = codes.Append(RefusalCode.RateLimited);
        if (guard.MaxBodyBytes > 0)
            codes = codes.Concat([RefusalCode.InvalidInput, RefusalCode.PayloadTooLarge, RefusalCode.UnsupportedMediaType]);
        return codes.Concat(guard.Auth switch
        {
            RouteAuth.Proof => s_proof,
            RouteAuth.Session => [RefusalCode.Unauthorized, .. s_proof],
            RouteAuth.CapAndStorage => [RefusalCode.StorageSessionRequired, .. s_cap, .. s_proof],
            RouteAuth.PeerAndCap => [RefusalCode.Unauthorized, .. s_cap, .. s_proof],
            _ => [],
        });
    }

    /// <summary>Of the rule (SPEC.md section 7) for an operation, with the chain's.</summary>
    /// <param name="op">null: any.</param>
    public static IEnumerable<RefusalCode> Rule(CapOp? op)
    {
        foreach (var code in Chain)
            yield return code;
        foreach (var code in (RefusalCode[])[RefusalCode.CustodyTierRequired, RefusalCode.DeviceNotActive, RefusalCode.DeviceRevoked, RefusalCode.ApproverRevoked, RefusalCode.OperatorMismatch, RefusalCode.DeviceBindingMismatch, RefusalCode.DeviceRoleMissing])
            yield return code;
        if (op is { } one && !one.NamesService())
            yield break;
        yield return RefusalCode.ServiceNotInScope;
        yield return RefusalCode.ScopeExpired;
        if (op?.IsWrite() != false)
            yield return RefusalCode.ScopeReadOnly;
    }
}
