using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>How a request ended, in one word of ours: <c>ok</c>, the code of the refusal, or what the table below says.</summary>
public static class RequestOutcome
{
    public const string Ok = "ok";

    /// <summary>The client went away before it was answered.</summary>
    public const string Aborted = "aborted";

    /// <summary>A 5xx without a code: <c>/readyz</c> of a service that cannot serve.</summary>
    public const string NotReady = "not_ready";

    internal static void Refused(HttpContext http, RefusalCode code) => http.Features.Set(new RefusedWith(code));

    internal static string Of(HttpContext http)
    {
        if (http.Features.Get<RefusedWith>() is { } refused)
            return refused.Code.Name();
        if (http.RequestAborted.IsCancellationRequested)
            return Aborted;
        return http.Response.StatusCode < 400 ? Ok : NotReady;
    }

    private sealed record RefusedWith(RefusalCode Code);
}

/// <summary>Metadata of a route that counts its outcomes in its own words too.</summary>
/// <param name="Count">gets the service's container and the outcome.</param>
public sealed record OutcomeCounter(Action<IServiceProvider, string> Count);
