namespace AgentKeys.Protocol;

/// <summary>
/// Where a worker does what (SPEC.md section 8). Worker, signer and client agree through this table: the client signs the URL, the
/// worker answers there, the signer checks a forwarded proof against it.
/// </summary>
public static class WorkerRoutes
{
    /// <summary>Absolute path of (class, op); <c>put</c> and <c>get</c> are memory's names of store and fetch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">the class has no such route (a bug, not input).</exception>
    public static string PathOf(DataClass dataClass, CapOp op) => (dataClass, op) switch
    {
        (DataClass.Credentials, <= CapOp.Teardown) => $"/v1/cred/{RouteNames.Of(dataClass, op)}",
        (DataClass.Memory, <= CapOp.Teardown) => $"/v1/memory/{RouteNames.Of(dataClass, op)}",
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };

    /// <summary>What a proof for the route names as <c>htu</c>.</summary>
    /// <param name="publicUrl">the worker's configured public URL, without a trailing slash.</param>
    public static string UrlOf(string publicUrl, DataClass dataClass, CapOp op) => publicUrl + PathOf(dataClass, op);
}
