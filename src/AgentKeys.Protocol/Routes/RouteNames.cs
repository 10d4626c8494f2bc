namespace AgentKeys.Protocol;

/// <summary>How routes spell an op: <c>put</c> and <c>get</c> are memory's names of store and fetch.</summary>
internal static class RouteNames
{
    public static string Of(DataClass dataClass, CapOp op) => (dataClass, op) switch
    {
        (DataClass.Memory, CapOp.Store) => "put",
        (DataClass.Memory, CapOp.Fetch) => "get",
        _ => op.Name(),
    };
}
