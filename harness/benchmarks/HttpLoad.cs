using System.Diagnostics;

namespace AgentKeys.Benchmarks;

/// <summary>Requests that were made before the clock starts, sent by a fixed number of senders over kept connections.</summary>
internal static class HttpLoad
{
    public static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Requests a second. Every answer is read and must be a 200.</summary>
    public static async Task<double> RateAsync(HttpClient http, IReadOnlyList<HttpRequestMessage> requests, int senders, CancellationToken ct)
    {
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(
            async () =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < requests.Count;)
                    await SendAsync(http, requests[i], ct);
            },
            ct)));
        return requests.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Microseconds until the whole answer was there.</summary>
    public static async Task<double> TimeAsync(HttpClient http, HttpRequestMessage request, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        await SendAsync(http, request, ct);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static async Task SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        using (var answer = await http.SendAsync(request, ct))
        {
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK)
                throw new InvalidOperationException($"{request.RequestUri} answered {(int)answer.StatusCode} and {body.Length} bytes.");
        }
    }
}
