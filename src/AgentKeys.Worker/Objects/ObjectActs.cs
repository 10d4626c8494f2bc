using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>What a worker does with sealed objects, of whichever class: each act is a body's shape, what is done, and what the log says of it.</summary>
internal sealed class ObjectActs(WorkerRole role, CapPipeline pipeline, ObjectVault vault, ObjectLister lister, ObjectTeardown teardown)
{
    public Task<Result<WorkerAnswer>> StoreAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Store, cap => StoreRequest.Read(call.Body.Written, cap, role.MaxPlaintextBytes), StoreAsync, cancellationToken);

    public Task<Result<WorkerAnswer>> FetchAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Fetch, _ => JsonExchange.Parse(call.Body.Written, WorkerJson.Default.EmptyBody), FetchAsync, cancellationToken);

    public Task<Result<WorkerAnswer>> ListAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.List, cap => ListRequest.Read(call.Body.Written, cap.DataClass), ListAsync, cancellationToken);

    public Task<Result<WorkerAnswer>> DeleteAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Delete, _ => DeleteRequest.Read(call.Body.Written), DeleteAsync, cancellationToken);

    public Task<Result<WorkerAnswer>> TeardownAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Teardown, _ => JsonExchange.Parse(call.Body.Written, WorkerJson.Default.EmptyBody), TeardownAsync, cancellationToken);

    private async Task<Result<ActResult<SecretBuffer>>> StoreAsync(Act act, StoreRequest request)
    {
        if (!(await vault.StoreAsync(act, request.Content, request.IfVersion)).IsOk(out var stored, out var refusal))
            return refusal;
        return new ActResult<SecretBuffer>(
            ObjectAnswers.Changed(stored.Version, act.Block), AuditOutcome.Stored(act.Authorized, stored.Version, stored.SealedHash));
    }

    private async Task<Result<ActResult<SecretBuffer>>> FetchAsync(Act act, EmptyBody _)
    {
        if (!(await vault.FetchAsync(act)).IsOk(out var opened, out var refusal))
            return refusal;
        using (opened)
            return new ActResult<SecretBuffer>(ObjectAnswers.Fetched(opened, act.Block), AuditOutcome.Read(act.Authorized, opened.Version));
    }

    private async Task<Result<ActResult<SecretBuffer>>> ListAsync(Act act, ListRequest request)
    {
        if (!(await lister.ListAsync(act, request)).IsOk(out var listing, out var refusal))
            return refusal;
        return new ActResult<SecretBuffer>(ObjectAnswers.Listed(listing, act.Block), AuditOutcome.Done(act.Authorized));
    }

    private async Task<Result<ActResult<SecretBuffer>>> DeleteAsync(Act act, DeleteRequest request)
    {
        if (!(await vault.DeleteAsync(act, request.IfVersion)).IsOk(out var removed, out var refusal))
            return refusal;
        return new ActResult<SecretBuffer>(ObjectAnswers.Changed(act.Floor.Next(removed), act.Block), AuditOutcome.Deleted(act.Authorized, removed));
    }

    private async Task<Result<ActResult<SecretBuffer>>> TeardownAsync(Act act, EmptyBody _)
    {
        if (!(await teardown.RunAsync(act)).IsOk(out var report, out var refusal))
            return refusal;
        return new ActResult<SecretBuffer>(ObjectAnswers.TornDown(report, act.Block), AuditOutcome.Done(act.Authorized));
    }
}
