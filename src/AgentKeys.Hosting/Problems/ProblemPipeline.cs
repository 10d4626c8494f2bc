using System.Text.Json;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Hosting;

/// <summary>
/// Everything that is not a handler's own answer: exceptions, and statuses that the framework sets without a body. All end as a
/// problem with a code; no upstream text, no stack, no unescaped input.
/// </summary>
internal sealed class ProblemPipeline(ILogger<ProblemPipeline> logger) : IExceptionHandler
{
    public static readonly Refusal NotFound = new(RefusalCode.NotFound, "There is nothing here.");
    public static readonly Refusal MethodNotAllowed = new(RefusalCode.MethodNotAllowed, "This route does not take that method.");

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return true; // nobody is listening
        var refusal = exception is BadHttpRequestException bad ? OfBadRequest(bad) : Internal();
        if (refusal.Code == RefusalCode.InternalError)
            ProblemMessages.Unhandled(logger, exception);
        await RefusalResults.WriteAsync(httpContext, refusal);
        return true;
    }

    /// <summary>Statuses without a body: routing's 404 and 405, binding's 415, Kestrel's 413.</summary>
    public static Task WriteStatus(StatusCodeContext status)
    {
        var refusal = OfStatus(status.HttpContext.Response.StatusCode);
        return refusal is null ? Task.CompletedTask : RefusalResults.WriteAsync(status.HttpContext, refusal);
    }

    private static Refusal OfBadRequest(BadHttpRequestException bad)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest)
            return OfStatus(bad.StatusCode) ?? Refusal.InvalidInput("request", "The request could not be read.");
        for (Exception? cause = bad; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException json)
                return Refusal.InvalidInput(BoundedText.Of(FieldOf(json.Path)), "The body is not the JSON object that this route takes.");
        }
        return Refusal.InvalidInput("body", "The request could not be read.");
    }

    /// <summary><c>$.a.b</c> -> <c>a.b</c>; <c>$</c>, or nothing, is the body itself.</summary>
    private static string FieldOf(string? path) => path is { Length: > 2 } && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";

    private static Refusal? OfStatus(int status) => status switch
    {
        400 => Refusal.InvalidInput("request", "The request could not be read."),
        401 => new Refusal(RefusalCode.Unauthorized, "This request needs a session."),
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => Refusal.InvalidInput("request", "The request came too slowly."),
        413 => new Refusal(RefusalCode.PayloadTooLarge, "The body is too large for this route."),
        415 => new Refusal(RefusalCode.UnsupportedMediaType, "Send application/json."),
        429 => new Refusal(RefusalCode.RateLimited, "Too many requests."),
        >= 500 => Internal(),
        >= 400 => Refusal.InvalidInput("request", "The request could not be read."),
        _ => null,
    };

    private static Refusal Internal() => new(RefusalCode.InternalError, "Something went wrong here; the trace id finds it in the log.");
}

internal static partial class ProblemMessages
{
    [LoggerMessage(100, LogLevel.Error, "Unhandled exception.")]
    public static partial void Unhandled(ILogger logger, Exception exception);
}
