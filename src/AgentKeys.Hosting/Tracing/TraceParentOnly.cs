using System.Diagnostics;

namespace AgentKeys.Hosting;

/// <summary>
/// W3C trace context as services take it from a request: <c>traceparent</c>, when there is one of the right form, and nothing else. What
/// a client puts into <c>tracestate</c> or <c>baggage</c> would be handed on to the signer and to the chain's nodes; it is not read.
/// </summary>
internal sealed class TraceParentOnly : DistributedContextPropagator
{
    private const string Header = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            setter?.Invoke(carrier, Header, id);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        if (getter is null)
            return;
        getter(carrier, Header, out var text, out var several);
        if (several is null && text is { Length: 55 } && ActivityContext.TryParse(text, null, isRemote: true, out _))
            traceId = text;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
