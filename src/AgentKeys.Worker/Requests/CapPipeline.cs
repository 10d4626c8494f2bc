using System.Security.Cryptography;
using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

/// <summary>
/// SPEC.md section 7's order from the cap on, the same for every operation of every role: cap, class, op, period, proof with body
/// hash, body shape, live facts, rule, epoch, audit record, act, outcome. First failure wins.
/// </summary>
internal sealed class CapPipeline(WorkerRole role, WorkerAddress address, CapGate gate, ObjectLocks locks, IAuditSink audit)
{
    /// <param name="parse">the body's shape, against the cap; called after the proof.</param>
    /// <param name="act">called once everything else allowed; not cancelled by the client's going away.</param>
    public async Task<Result<WorkerAnswer>> RunAsync<TBody>(
        WorkerCall call, CapOp op, Func<CapClaims, Result<TBody>> parse, Func<Act, TBody, Task<Result<ActResult<SecretBuffer>>>> act, CancellationToken cancellationToken)
    {
        var bodyHash = new Bytes32(SHA256.HashData(call.Body.Written));
        if (!Present(call, op, bodyHash).IsOk(out var presented, out var refusal)
            || !parse(presented.Cap.Claims).IsOk(out var body, out refusal))
            return refusal;
        using var _ = body as IDisposable;
        if (!call.MinBlock().IsOk(out var minBlock, out refusal))
            return refusal;
        if (!(await gate.AuthorizeAsync(presented, minBlock ?? 0, cancellationToken)).IsOk(out var authorized, out refusal))
            return refusal;

        using var held = await EnterAsync(authorized, cancellationToken);
        // The line may have been long: cap, proof and facts are judged as of now, or what was revoked or ended meanwhile would still act.
        if (held is { Waited: true }
            && (!Present(call, op, bodyHash).IsOk(out presented, out refusal)
                || !(await gate.AuthorizeAsync(presented, minBlock ?? 0, cancellationToken)).IsOk(out authorized, out refusal)))
            return refusal;
        var block = authorized.Facts.Head.Number;
        var forwarded = new ForwardedHeaders(call.Authorization, call.Dpop, minBlock ?? 0);
        var authorization = CapAuthorization.Of(authorized.Cap, authorized.Proof, authorized.Facts, AuditOpKinds.Of(role.Class, op));
        var answer = await audit.ActAsync(
            authorization, op.IsWrite(), receipt => act(new Act(authorized, call.Storage, forwarded, receipt), body), cancellationToken);
        return answer.IsOk(out var done, out refusal) ? new WorkerAnswer(done, block) : refusal with { Block = refusal.Block ?? block };
    }

    private Result<PresentedCap> Present(WorkerCall call, CapOp op, Bytes32 bodyHash) => gate.Present(
        call.Authorization, call.Dpop, op, role.Class, "POST", WorkerRoutes.UrlOf(address.PublicUrl, role.Class, op), bodyHash);

    /// <summary>
    /// Waits for the object's turn. Where an actor's room is limited its writes follow each other too, or two of them would share what is left.
    /// </summary>
    private async Task<Held?> EnterAsync(AuthorizedRequest authorized, CancellationToken cancellationToken)
    {
        var cap = authorized.Cap;
        if (cap.ObjectName is not { } name)
            return null;
        var alone = cap.Op.IsWrite();
        var whole = alone && ActorRoom.IsLimited(authorized.Facts)
            ? await locks.EnterAsync(StorageKey.Prefix(cap.Actor, cap.DataClass), alone: true, cancellationToken)
            : null;
        try
        {
            return new Held(whole, await locks.EnterAsync(new StorageKey(cap.Actor, cap.DataClass, name).ToString(), alone, cancellationToken));
        }
        catch
        {
            whole?.Dispose();
            throw;
        }
    }

    private sealed class Held(ObjectTurn? whole, ObjectTurn one) : IDisposable
    {
        public bool Waited => whole is { Waited: true } || one.Waited;

        public void Dispose()
        {
            one.Dispose();
            whole?.Dispose();
        }
    }
}

/// <param name="PublicUrl">what clients make their proofs for; from configuration, never from the Host header.</param>
internal sealed record WorkerAddress(string PublicUrl);
