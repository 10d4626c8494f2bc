using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace AgentKeys.Client;

/// <summary>One POST to a service, before its proof is made. Bodies hold secrets: bytes that the caller wipes.</summary>
/// <param name="Url">absolute; also what the proof says (<c>htu</c>).</param>
/// <param name="Body">exact JSON bytes.</param>
internal sealed record ServiceCall(Uri Url, byte[] Body)
{
    /// <summary>Session or cap; null at login.</summary>
    public string? Token { get; init; }

    /// <summary>Of the actor whose data it is; workers only.</summary>
    public string? StorageToken { get; init; }

    /// <summary>False for <c>start</c>, which carries no proof.</summary>
    public bool Proven { get; init; } = true;

    /// <summary>A second delivery changes nothing: may be sent again after the connection broke.</summary>
    public bool Idempotent { get; init; }

    /// <summary>A longer answer is none of this route.</summary>
    public int MaxAnswerBytes { get; init; } = 256 * 1024;

    /// <summary>Asks for facts of at least this block.</summary>
    public ulong? MinBlock { get; init; }
}

/// <summary>
/// Sends calls and reads answers. A call is tried again only when the connection failed and a second delivery changes nothing;
/// every attempt carries a proof of its own. Answers of services, refusals included, are never asked for twice.
/// </summary>
internal sealed class ServiceChannel(HttpClient http, DeviceProofs proofs, TimeProvider time)
{
    private const int Attempts = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    /// <returns>the body of the 2xx answer; it may hold a secret.</returns>
    /// <exception cref="AgentKeysException">refused, unreachable, or not an answer of the protocol.</exception>
    public async Task<byte[]> SendAsync(ServiceCall call, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(call, cancel);
            }
            catch (Exception e) when (IsTransport(e, cancel))
            {
                if (!call.Idempotent || attempt == Attempts)
                    throw new AgentKeysException(AgentKeysException.Unreachable, $"No answer from {call.Url.GetLeftPart(UriPartial.Authority)}.", e);
            }
            await Task.Delay(s_pause * attempt, time, cancel);
        }
    }

    private async Task<byte[]> AttemptAsync(ServiceCall call, CancellationToken cancel)
    {
        using var request = Build(call);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var body = await ReadAsync(response, call.MaxAnswerBytes, cancel);
        return response.IsSuccessStatusCode ? body : throw Refused(response, body);
    }

    private HttpRequestMessage Build(ServiceCall call)
    {
        var content = new ByteArrayContent(call.Body);
        content.Headers.ContentType = s_json;
        var request = new HttpRequestMessage(HttpMethod.Post, call.Url) { Content = content };
        if (call.Token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"DPoP {call.Token}");
        if (call.Proven)
            request.Headers.TryAddWithoutValidation("DPoP", proofs.Create("POST", call.Url.AbsoluteUri, call.Token, call.Body));
        if (call.StorageToken is not null)
            request.Headers.TryAddWithoutValidation("AgentKeys-Storage-Token", call.StorageToken);
        if (call.MinBlock is { } block)
            request.Headers.TryAddWithoutValidation("AgentKeys-Min-Block", block.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[4096];
        var length = 0;
        for (int read; (read = await stream.ReadAsync(buffer.AsMemory(length), cancel)) > 0;)
        {
            length += read;
            if (length > maxBytes)
                throw new AgentKeysException(AgentKeysException.BadAnswer, "The service's answer is too large.");
            if (length == buffer.Length)
                buffer = Grow(buffer);
        }
        var answer = buffer.AsSpan(0, length).ToArray();
        Array.Clear(buffer);
        return answer;
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = new byte[buffer.Length * 2];
        buffer.CopyTo(larger, 0);
        Array.Clear(buffer);
        return larger;
    }

    private static AgentKeysException Refused(HttpResponseMessage response, byte[] body)
    {
        var problem = ReadProblem(body);
        if (problem?.Code is null)
            return new AgentKeysException(AgentKeysException.BadAnswer, $"The service answered {(int)response.StatusCode} without a code.") { Status = (int)response.StatusCode };
        return new AgentKeysException(problem.Code, problem.Detail ?? problem.Title ?? problem.Code)
        {
            Status = (int)response.StatusCode,
            Block = problem.Block ?? BlockOf(response),
            Field = problem.Field,
            TraceId = problem.TraceId,
            RequiredTier = problem.RequiredTier,
            Remediation = problem.Remediation,
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static ProblemWire? ReadProblem(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ClientJson.Default.ProblemWire);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ulong? BlockOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("AgentKeys-Block", out var values) && ulong.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var block) ? block : null;

    /// <summary>A timeout of the HttpClient is a broken connection; the caller's own cancellation is not.</summary>
    private static bool IsTransport(Exception e, CancellationToken cancel) =>
        e is HttpRequestException or IOException || (e is TaskCanceledException && !cancel.IsCancellationRequested);
}
