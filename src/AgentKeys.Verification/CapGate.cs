using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// Where a cap becomes the right to act: at every worker and, independently, at the signer. In SPEC.md section 7's order;
/// <see cref="Present"/> comes before the body is parsed, <see cref="AuthorizeAsync"/> after.
/// </summary>
/// <remarks>
/// Verified here: the cap, its route, its period, the proof and whose it is, live facts, the rule, the epoch. NOT verified here, and
/// the caller must: size and media type, the storage session, the body's shape, and the audit append (replay of proof and cap, quota).
/// </remarks>
public sealed class CapGate(IFactsSource facts, TrustedIssuer issuer, ProcessStart start, TimeProvider clock)
{
    /// <summary>Most services that <see cref="MayFetchAsync"/> asks for at once.</summary>
    public const int MaxServices = IRegistryReader.MaxQueries;

    /// <summary>No I/O. First failure wins: cap, class, op, period, proof, the proof's key, the proof's device.</summary>
    /// <param name="authorization">the header as received.</param>
    /// <param name="dpop">the header as received.</param>
    /// <param name="op">what this route does.</param>
    /// <param name="dataClass">what this process serves.</param>
    /// <param name="method">upper case.</param>
    /// <param name="publicUrl">configured public URL of the route; never from the Host header.</param>
    /// <param name="bodyHash">SHA-256 of the exact body; null only at the signer, which does not see the worker's body.</param>
    /// <returns>
    /// or <c>cap_invalid</c>, <c>cap_data_class_mismatch</c>, <c>cap_op_mismatch</c>, <c>cap_expired</c>, <c>proof_invalid</c>,
    /// <c>device_binding_mismatch</c>.
    /// </returns>
    public Result<PresentedCap> Present(string? authorization, string? dpop, CapOp op, DataClass dataClass, string method, string publicUrl, Bytes32? bodyHash)
    {
        if (!CapToken.Verify(TokenPresentation.ReadToken(authorization), issuer.CapKeys, issuer.Issuer, facts.Chain).IsOk(out var cap, out var refusal))
            return refusal;
        var now = clock.GetUtcNow();
        if ((cap.CheckRoute(op, dataClass) ?? cap.CheckPeriod(now)) is { } unfit)
            return unfit;
        var expected = new ProofExpectation(method, publicUrl, cap.Token, bodyHash, now, start.At);
        if (!TokenPresentation.VerifyProof(dpop, expected, cap.Claims.Jkt, cap.Claims.Device).IsOk(out var proof, out refusal))
            return refusal;
        return new PresentedCap(cap, proof);
    }

    /// <summary>The chain's word, now, at no block below the cap's: <see cref="CapRules"/>, then the epoch.</summary>
    /// <param name="minBlock">the caller's <c>AgentKeys-Min-Block</c>, 0 for none.</param>
    /// <returns>or the refusals of <see cref="IFactsSource.JudgeAsync"/>, of the rule, or <c>k3_epoch_mismatch</c>.</returns>
    public async Task<Result<AuthorizedRequest>> AuthorizeAsync(PresentedCap presented, ulong minBlock, CancellationToken cancellationToken)
    {
        var cap = presented.Cap.Claims;
        var request = cap.ToRequest();
        var judged = await facts.JudgeAsync(
            request.ToQuery(),
            found => CapRules.Check(request, found, clock.GetUtcNow()) ?? CapRules.CheckEpoch(cap.Epoch, found),
            Math.Max(cap.Block, minBlock),
            cancellationToken);
        return judged.IsOk(out var allowed, out var refusal) ? new AuthorizedRequest(presented, allowed) : refusal;
    }

    /// <summary>
    /// Whether whoever may list this actor's objects may also fetch those of a service: what an agent's list shows. Asks the chain only where
    /// that takes a grant, and once for all of them; masters see every name.
    /// </summary>
    /// <param name="services">1 to <see cref="MaxServices"/>.</param>
    /// <returns>in their order; false where the grant refuses; any other refusal is one of the whole request.</returns>
    public async Task<Result<bool[]>> MayFetchAsync(AuthorizedRequest authorized, IReadOnlyList<ServiceName> services, CancellationToken cancellationToken)
    {
        var may = new bool[services.Count];
        Array.Fill(may, true);
        if (!CapRules.NeedsGrant(CapOp.Fetch, authorized.Facts))
            return may;
        var judged = await facts.JudgeEachAsync([.. services.Select(s => Question(authorized, s))], authorized.Facts.Head.Number, cancellationToken);
        for (var i = 0; i < may.Length; i++)
        {
            if (judged[i].IsOk(out _, out var refusal))
                continue;
            if (refusal.Row is not >= CapRules.FirstGrantRow)
                return refusal;
            may[i] = false;
        }
        return may;
    }

    private (FactsQuery Query, Func<CapFacts, Refusal?> Rule) Question(AuthorizedRequest authorized, ServiceName service)
    {
        var request = authorized.Cap.ToRequest() with { Op = CapOp.Fetch, Service = service };
        return (request.ToQuery(), found => CapRules.Check(request, found, clock.GetUtcNow()));
    }
}
