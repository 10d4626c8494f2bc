using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The five routes of a class whose objects are sealed: store, fetch, list, delete, teardown, under the class's own names.</summary>
internal static class ObjectsApi
{
    public static void MapObjects(this IEndpointRouteBuilder app, WorkerRole role)
    {
        app.MapAct(role, CapOp.Store, (ObjectActs acts, WorkerCall call, CancellationToken cancel) => acts.StoreAsync(call, cancel));
        app.MapAct(role, CapOp.Fetch, (ObjectActs acts, WorkerCall call, CancellationToken cancel) => acts.FetchAsync(call, cancel));
        app.MapAct(role, CapOp.List, (ObjectActs acts, WorkerCall call, CancellationToken cancel) => acts.ListAsync(call, cancel));
        app.MapAct(role, CapOp.Delete, (ObjectActs acts, WorkerCall call, CancellationToken cancel) => acts.DeleteAsync(call, cancel));
        app.MapAct(role, CapOp.Teardown, (ObjectActs acts, WorkerCall call, CancellationToken cancel) => acts.TeardownAsync(call, cancel));
    }
}
