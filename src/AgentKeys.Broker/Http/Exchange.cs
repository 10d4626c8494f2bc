using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Http;

/// <summary>One POST route: what its body is and what it means.</summary>
/// <param name="Path">as in SPEC.md section 8; also what a proof must name, behind the public URL.</param>
/// <param name="Read">shape of the members: <c>invalid_input</c> or the wish.</param>
internal sealed record PostRoute<TBody, TWish>(string Path, JsonTypeInfo<TBody> Body, Func<TBody, Result<TWish>> Read);

/// <summary>An answer, and the block that decided it where one did.</summary>
internal sealed record Answer<T>(T Body, ulong? Block);

/// <summary>
/// What every POST of the broker has in common: size, media type and shape first, then who asks (session and proof, or proof alone, or
/// nobody), then the feature. The one place that turns a refusal into an answer.
/// </summary>
internal static class Exchange
{
    /// <summary>No body of the broker is longer.</summary>
    public const int MaxBodyBytes = 4096;

    /// <summary>Guard of a route that needs a session.</summary>
    /// <param name="tier">of what is asked for, by <see cref="CapRules.RequiredTier"/>.</param>
    public static RouteGuard ForSessions(TrustTier tier) => new(tier, RouteAuth.Session, MaxBodyBytes);

    /// <param name="identify">who asks; sees the request's headers and the hash of the exact body.</param>
    /// <param name="act">what is done for them.</param>
    public static async Task<IResult> RunAsync<TBody, TWish, TCaller, TAnswer>(
        HttpContext http, PostRoute<TBody, TWish> route, Func<HttpRequest, Bytes32, Result<TCaller>> identify,
        Func<TCaller, TWish, ulong, Task<Result<Answer<TAnswer>>>> act, JsonTypeInfo<TAnswer> type)
        where TBody : class
    {
        var done = await TryAsync(http.Request, route, identify, act, http.RequestAborted);
        if (!done.IsOk(out var answer, out var refusal))
            return RefusalResults.Problem(refusal);
        if (answer.Block is { } block)
            BlockHeaders.SetBlock(http.Response, block);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(answer.Body, type);
    }

    private static async Task<Result<Answer<TAnswer>>> TryAsync<TBody, TWish, TCaller, TAnswer>(
        HttpRequest request, PostRoute<TBody, TWish> route, Func<HttpRequest, Bytes32, Result<TCaller>> identify,
        Func<TCaller, TWish, ulong, Task<Result<Answer<TAnswer>>>> act, CancellationToken cancellationToken)
        where TBody : class
    {
        if (!(await JsonExchange.ReadBodyAsync(request, cancellationToken)).IsOk(out var body, out var refusal))
            return refusal;
        using var _ = body;
        if (!JsonExchange.Parse(body.Written, route.Body).IsOk(out var wire, out refusal) || !route.Read(wire).IsOk(out var wish, out refusal))
            return refusal;
        var bodyHash = new Bytes32(SHA256.HashData(body.Written));
        if (!BlockHeaders.ParseMinBlock(request).IsOk(out var minBlock, out refusal) || !identify(request, bodyHash).IsOk(out var caller, out refusal))
            return refusal;
        return await act(caller, wish, minBlock ?? 0);
    }
}
