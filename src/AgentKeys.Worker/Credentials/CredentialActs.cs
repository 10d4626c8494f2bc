using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>store and fetch of one credential.</summary>
internal sealed class CredentialActs(WorkerRole role, CapPipeline pipeline, ObjectVault vault)
{
    public Task<Result<WorkerAnswer>> StoreAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Store, cap => StoreRequest.Read(call.Body.Written, cap, role.MaxPlaintextBytes), StoreAsync, cancellationToken);

    public Task<Result<WorkerAnswer>> FetchAsync(WorkerCall call, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call, CapOp.Fetch, _ => JsonExchange.Parse(call.Body.Written, WorkerJson.Default.FetchBody), FetchAsync, cancellationToken);

    private async Task<Result<ActResult<SecretBuffer>>> StoreAsync(Act act, StoreRequest request)
    {
        if (!(await vault.StoreAsync(act, request.Content, request.IfVersion)).IsOk(out var stored, out var refusal))
            return refusal;
        return new ActResult<SecretBuffer>(
            CredentialAnswers.Stored(stored.Version, act.Block), AuditOutcome.Stored(act.Authorized, stored.Version, stored.SealedHash));
    }

    private async Task<Result<ActResult<SecretBuffer>>> FetchAsync(Act act, FetchBody _)
    {
        if (!(await vault.FetchAsync(act)).IsOk(out var opened, out var refusal))
            return refusal;
        using (opened)
            return new ActResult<SecretBuffer>(CredentialAnswers.Fetched(opened, act.Block), AuditOutcome.Read(act.Authorized, opened.Version));
    }
}
