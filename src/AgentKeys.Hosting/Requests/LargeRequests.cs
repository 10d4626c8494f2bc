using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>
/// Requests that may hold megabytes, so many at once in a process: else whoever opens connections and announces large bodies fills its
/// memory, before anybody has asked who it is. Whoever waits for a place holds nothing yet.
/// </summary>
public sealed class LargeRequests : IDisposable
{
    /// <summary>About 50 MB each at the most: the body, what it decodes to, sealed, and what it replaces.</summary>
    public const int Places = 16;

    /// <summary>How long a request waits for a place.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Refusal s_full = new(RefusalCode.RateLimited, "Too many large requests at once.");
    private readonly SemaphoreSlim _free = new(Places, Places);

    /// <summary>Places that nobody has.</summary>
    public int Free => _free.CurrentCount;

    /// <summary>Takes a place for the rest of the request, its answer included.</summary>
    /// <returns>null, or <c>rate_limited</c>.</returns>
    /// <exception cref="OperationCanceledException">cancelled while waiting.</exception>
    public async Task<Refusal?> EnterAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(Patience, cancellationToken))
            return s_full;
        http.Response.RegisterForDispose(new Place(_free));
        return null;
    }

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
