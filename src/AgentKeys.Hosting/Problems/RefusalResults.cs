using System.Diagnostics;
using System.Globalization;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>The one way from a refusal to an answer.</summary>
public static class RefusalResults
{
    public static IResult Problem(Refusal refusal) => new ProblemResult(refusal);

    public static Task WriteAsync(HttpContext context, Refusal refusal) => Problem(refusal).ExecuteAsync(context);

    private sealed class ProblemResult(Refusal refusal) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => refusal.Code.Status();

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            RequestOutcome.Refused(httpContext, refusal.Code);
            response.StatusCode = refusal.Code.Status();
            response.Headers.CacheControl = "no-store";
            // A quota that time does not free says no time.
            if (refusal.RetryAfterSeconds is not null || refusal.Code == RefusalCode.RateLimited)
                response.Headers.RetryAfter = Math.Max(1, refusal.RetryAfterSeconds ?? 1).ToString(CultureInfo.InvariantCulture);
            if (refusal.Block is { } block)
                BlockHeaders.SetBlock(response, block);
            var body = ProblemBody.Of(refusal, Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier);
            return response.WriteAsJsonAsync(body, ProblemJson.Default.ProblemBody, ProblemBody.MediaType, httpContext.RequestAborted);
        }
    }
}
