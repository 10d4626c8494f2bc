using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Worker;

/// <summary>How a route of a role meets HTTP: size, media type and storage headers before anything else, then the act.</summary>
internal static class ActRoutes
{
    public static void MapAct<TActs>(
        this IEndpointRouteBuilder app, WorkerRole role, CapOp op, Func<TActs, WorkerCall, CancellationToken, Task<Result<WorkerAnswer>>> act)
        where TActs : notnull =>
        app.MapPost(WorkerRoutes.PathOf(role.Class, op), (HttpContext http, TActs acts) => AnswerAsync(http, (call, cancel) => act(acts, call, cancel))).Guarded(role.GuardOf(op)).Says(ObjectContracts.Of(op));

    private static async Task AnswerAsync(HttpContext http, Func<WorkerCall, CancellationToken, Task<Result<WorkerAnswer>>> act)
    {
        var request = http.Request;
        if (!(await JsonExchange.ReadBodyAsync(request, http.RequestAborted)).IsOk(out var body, out var refusal))
        {
            await RefusalResults.WriteAsync(http, refusal);
            return;
        }
        using (body)
        {
            if (!StorageSessionHeaders.Parse(name => request.Headers[name]).IsOk(out var storage, out refusal))
            {
                await RefusalResults.WriteAsync(http, refusal);
                return;
            }
            var call = new WorkerCall(storage, request.Headers.Authorization, request.Headers["DPoP"], body, () => BlockHeaders.ParseMinBlock(request));
            if (!(await act(call, http.RequestAborted)).IsOk(out var answer, out refusal))
            {
                await RefusalResults.WriteAsync(http, refusal);
                return;
            }
            using (answer)
                await JsonExchange.WriteAsync(http.Response, answer.Body, answer.Block, http.RequestAborted);
        }
    }
}
