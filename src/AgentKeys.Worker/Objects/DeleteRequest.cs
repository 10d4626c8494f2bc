using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <param name="IfVersion">null removes whatever there is; n removes exactly n.</param>
internal sealed record DeleteRequest(ulong? IfVersion)
{
    /// <returns>or <c>invalid_input</c> with the member.</returns>
    public static Result<DeleteRequest> Read(ReadOnlySpan<byte> json)
    {
        if (!JsonExchange.Parse(json, WorkerJson.Default.DeleteBody).IsOk(out var body, out var refusal))
            return refusal;
        return body.IfVersion == 0 ? Refusal.InvalidInput("if_version", "A version, 1 or more.") : new DeleteRequest(body.IfVersion);
    }
}
