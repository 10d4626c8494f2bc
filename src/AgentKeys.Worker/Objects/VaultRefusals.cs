using AgentKeys.Protocol;

namespace AgentKeys.Worker;

internal static class VaultRefusals
{
    /// <summary>Every way of not opening: nobody learns which.</summary>
    public static Refusal Corrupt { get; } = new(RefusalCode.ObjectCorrupt, "The object cannot be opened.");

    public static Refusal RolledBack { get; } = new(RefusalCode.ObjectRolledBack, "The store holds an older version than the newest one written.");
    public static Refusal Lost { get; } = new(RefusalCode.ObjectLost, "The object was stored and not deleted, and the store does not have it.");
    public static Refusal NotFound { get; } = new(RefusalCode.NotFound, "Nothing is stored under this name.");
    public static Refusal Conflict { get; } = new(RefusalCode.Conflict, "The object changed meanwhile; try again.");
}
