using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Signer;

/// <summary>One call of a worker, as it arrived.</summary>
/// <param name="PeerUid">the user of the process at the other end, from the kernel; null when there is none.</param>
/// <param name="Authorization">the client's header, forwarded unchanged.</param>
/// <param name="Dpop">the client's header, forwarded unchanged.</param>
/// <param name="MinBlock">reads the client's <c>AgentKeys-Min-Block</c>; null for none.</param>
internal sealed record KeyRequest(uint? PeerUid, string? Authorization, string? Dpop, Func<Result<ulong?>> MinBlock);

/// <param name="Block">whose facts allowed it.</param>
internal sealed record KeyAnswer(SecretBuffer Body, ulong Block) : IDisposable
{
    public void Dispose() => Body.Dispose();
}

/// <summary>
/// The signer's own decision, which takes no worker's word: peer, cap, class, op, period, proof, body shape, live facts over the
/// signer's own RPC, epoch, the signer's own audit record, then the act.
/// </summary>
/// <remarks>NOT verified: the proof's <c>body</c> (the signer never sees the worker's body) and the storage session (the store judges it).</remarks>
internal sealed class KeyRequests(PeerTable peers, CapGate gate, SignerAudit audit)
{
    private static readonly Refusal s_foreignPeer = new(RefusalCode.Unauthorized, "This process may not ask the signer for that.");

    /// <param name="op">what the worker must have been asked for: store to get a new key, fetch to unwrap one.</param>
    /// <param name="parse">reads the body's shape; called after the proof.</param>
    public async Task<Result<KeyAnswer>> RunAsync<TBody>(
        KeyRequest request, CapOp op, AuditOpKind kind, Func<Result<TBody>> parse, Func<AuthorizedRequest, TBody, Result<SecretBuffer>> act, CancellationToken cancellationToken)
    {
        if (peers.Find(request.PeerUid) is not { } classes)
            return s_foreignPeer;
        if (!Present(request, op, classes).IsOk(out var presented, out var refusal) || !parse().IsOk(out var body, out refusal))
            return refusal;
        if (!request.MinBlock().IsOk(out var minBlock, out refusal))
            return refusal;
        if (!(await gate.AuthorizeAsync(presented, minBlock ?? 0, cancellationToken)).IsOk(out var authorized, out refusal))
            return refusal;

        var block = authorized.Facts.Head.Number;
        var authorization = CapAuthorization.Of(authorized.Cap, authorized.Proof, authorized.Facts, kind);
        var answer = await audit.Of(authorized.Cap.DataClass).ActAsync(
            authorization, op.IsWrite(), receipt => Task.FromResult(Act(authorized, body, act, receipt)), cancellationToken);
        return answer.IsOk(out var keys, out refusal) ? new KeyAnswer(keys, block) : refusal with { Block = block };
    }

    /// <summary>The cap says which class; it has to be one that this peer serves.</summary>
    private Result<PresentedCap> Present(KeyRequest request, CapOp op, IReadOnlyDictionary<DataClass, string> classes)
    {
        foreach (var (dataClass, publicUrl) in classes)
        {
            var url = WorkerRoutes.UrlOf(publicUrl, dataClass, op);
            var presented = gate.Present(request.Authorization, request.Dpop, op, dataClass, "POST", url, bodyHash: null);
            if (presented.Refusal?.Code != RefusalCode.CapDataClassMismatch)
                return presented;
        }
        return s_foreignPeer;
    }

    private static Result<ActResult<SecretBuffer>> Act<TBody>(
        AuthorizedRequest authorized, TBody body, Func<AuthorizedRequest, TBody, Result<SecretBuffer>> act, AuditReceipt receipt) =>
        act(authorized, body).IsOk(out var answer, out var refusal) ? new ActResult<SecretBuffer>(answer, AuditOutcome.Done(receipt.Leaf)) : refusal;
}
