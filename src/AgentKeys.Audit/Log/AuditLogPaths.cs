namespace AgentKeys.Audit.Log;

/// <summary>
/// The state folder of one process role: <c>audit/log</c> and <c>audit/head</c> (one folder, so both appear and go aside in one
/// rename), <c>audit.marker</c> (says that a log belongs here, also when somebody deleted it), <c>audit.closed-*</c> (put aside by a
/// reopen, never deleted). The folder itself is the lock.
/// </summary>
internal sealed record AuditLogPaths(string Folder)
{
    public const string Current = "audit", New = "audit.new", Marker = "audit.marker", LogName = "log", HeadName = "head";

    public string CurrentPath => Path.Combine(Folder, Current);
    public string NewPath => Path.Combine(Folder, New);
    public string MarkerPath => Path.Combine(Folder, Marker);

    public bool AnythingExists => Path.Exists(CurrentPath) || Path.Exists(MarkerPath);
}
