namespace AgentKeys.Protocol;

/// <summary>What a cap allows. The cap route fixes the pair (op, data class); it is never read from a body.</summary>
public enum CapOp : byte
{
    Store,
    Fetch,
    List,
    Delete,
    Teardown,
    Append,
    Read,
    Send,
}

public static class CapOps
{
    private static readonly string[] s_names = ["store", "fetch", "list", "delete", "teardown", "append", "read", "send"];

    public static IReadOnlyList<CapOp> All { get; } = Enum.GetValues<CapOp>();

    public static string Name(this CapOp op) => s_names[(int)op];

    /// <summary>Writes are refused by read-only grants, and their cap works once.</summary>
    public static bool IsWrite(this CapOp op) => op is CapOp.Store or CapOp.Delete or CapOp.Teardown or CapOp.Append or CapOp.Send;

    /// <summary>list and teardown speak of everything; the others name one service.</summary>
    public static bool NamesService(this CapOp op) => op is not (CapOp.List or CapOp.Teardown);

    public static bool TryParse(string? name, out CapOp op)
    {
        var index = Array.IndexOf(s_names, name);
        op = (CapOp)Math.Max(index, 0);
        return index >= 0;
    }
}
