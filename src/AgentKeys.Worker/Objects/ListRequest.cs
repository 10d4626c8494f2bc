using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <param name="After">the last name of the page before; null to begin.</param>
/// <param name="Limit">most names in the answer.</param>
internal sealed record ListRequest(ObjectName? After, int Limit)
{
    public const int MaxLimit = 1000;
    public const int DefaultLimit = 100;

    /// <returns>or <c>invalid_input</c> with the member.</returns>
    public static Result<ListRequest> Read(ReadOnlySpan<byte> json, DataClass dataClass)
    {
        if (!JsonExchange.Parse(json, WorkerJson.Default.ListBody).IsOk(out var body, out var refusal))
            return refusal;
        ObjectName? after = null;
        if (body.After is not null && (!ObjectName.TryParse(body.After, out after) || after.Key is not null != dataClass.HasKeys()))
            return Refusal.InvalidInput("after", "The name of an object of this class, as a list shows it.");
        return body.Limit is null or (>= 1 and <= MaxLimit)
            ? new ListRequest(after, (int)(body.Limit ?? DefaultLimit))
            : Refusal.InvalidInput("limit", "1 to 1000.");
    }
}
