namespace AgentKeys.Protocol;

/// <summary>Where the broker mints a cap for what (SPEC.md section 8). The route fixes op and data class; a body never names them.</summary>
public static class CapRoutes
{
    /// <summary>Asks instead of minting: its body names op and data class.</summary>
    public const string Explain = "/v1/cap/explain";

    /// <summary>Every (class, op) that a cap can be had for.</summary>
    public static IReadOnlyList<(DataClass DataClass, CapOp Op)> All { get; } =
        [.. from dataClass in (DataClass[])[DataClass.Credentials, DataClass.Memory] from op in CapOps.All where op <= CapOp.Teardown select (dataClass, op)];

    /// <summary>Absolute path at the broker.</summary>
    /// <exception cref="ArgumentOutOfRangeException">there is no such cap route (a bug, not input).</exception>
    public static string PathOf(DataClass dataClass, CapOp op) => (dataClass, op) switch
    {
        (DataClass.Credentials, <= CapOp.Teardown) => $"/v1/cap/cred-{RouteNames.Of(dataClass, op)}",
        (DataClass.Memory, <= CapOp.Teardown) => $"/v1/cap/memory-{RouteNames.Of(dataClass, op)}",
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };
}
