using System.Net.Sockets;
using System.Text.Json;

namespace AgentKeys.Cli;

internal enum ServiceState
{
    Ready,
    NotReady,

    /// <summary>Something answers, and it is no service of AgentKeys.</summary>
    Stranger,

    Unreachable,
}

/// <param name="Reason">in the service's own words, a line; never a secret.</param>
internal sealed record FailedCheck(string Name, string Reason);

/// <summary>What a service says of itself on <c>/readyz</c>.</summary>
/// <param name="Where">URL, or path of a socket.</param>
/// <param name="Role"><c>broker</c>, <c>worker:credentials</c>, ...; null where nobody said.</param>
/// <param name="Chain"><c>eip155:id:registry</c> that it decides by; null where nobody said.</param>
/// <param name="Date">its clock, in whole seconds; null where nobody said.</param>
internal sealed record ServiceReport(string Name, string Where, ServiceState State, IReadOnlyList<FailedCheck> Failed, string? Role = null, string? Chain = null, DateTimeOffset? Date = null);

/// <summary>Asks a service whether it can do its work. Nobody is logged in for that, and nothing is changed by it.</summary>
internal static class ServiceProbe
{
    private const int MaxBody = 64 * 1024;
    private const int MaxReason = 120;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <param name="socket">Unix socket to ask over; null: <paramref name="service"/> says where.</param>
    public static async Task<ServiceReport> AskAsync(string name, Uri service, string? socket, CancellationToken cancel)
    {
        var where = socket ?? service.AbsoluteUri.TrimEnd('/');
        try
        {
            using var http = Client(socket);
            using var answer = await http.GetAsync(new Uri(service.AbsoluteUri.TrimEnd('/') + "/readyz"), cancel);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
            return Read(bytes, answer.IsSuccessStatusCode) is var (role, chain, failed)
                ? new ServiceReport(name, where, failed.Count == 0 ? ServiceState.Ready : ServiceState.NotReady, failed, role, chain, answer.Headers.Date)
                : new ServiceReport(name, where, ServiceState.Stranger, []);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return new ServiceReport(name, where, ServiceState.Unreachable, []);
        }
    }

    private static HttpClient Client(string? socket)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (socket is not null)
            (handler.UseProxy, handler.ConnectCallback) = (false, (_, token) => ConnectAsync(socket, token));
        return new HttpClient(handler) { Timeout = Limit, MaxResponseContentBufferSize = MaxBody };
    }

    /// <summary>Null: not the answer of such a service.</summary>
    private static (string Role, string? Chain, IReadOnlyList<FailedCheck> Failed)? Read(byte[] bytes, bool ready)
    {
        try
        {
            using var body = JsonDocument.Parse(bytes);
            var role = body.RootElement.GetProperty("role").GetString();
            var checks = body.RootElement.GetProperty("checks").EnumerateArray().ToList();
            List<FailedCheck> failed = [.. checks.Where(c => !c.GetProperty("ok").GetBoolean()).Select(c => new FailedCheck(c.GetProperty("name").GetString()!, Reason(c)))];
            return role is null || ready != (failed.Count == 0) ? null : (role, ChainOf(checks), failed);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? ChainOf(IEnumerable<JsonElement> checks) =>
        checks.Where(c => c.GetProperty("name").GetString() == "chain").Select(c => c.GetProperty("details").TryGetProperty("chain", out var chain) ? chain.GetString() : null).FirstOrDefault();

    private static string Reason(JsonElement check)
    {
        var reason = string.Join(", ", check.GetProperty("details").EnumerateObject().Where(d => d.Name is "reason" or "error" or "startCheck").Select(d => d.Value.GetString()));
        return reason.Length <= MaxReason ? reason : reason[..MaxReason];
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
