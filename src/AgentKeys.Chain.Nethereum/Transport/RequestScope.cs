using System.Net;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// What a call knows and <c>IClient</c> cannot be told: until when. It flows beside the call to the handler at the other end, which
/// says in turn what status came back.
/// </summary>
internal sealed class RequestScope(CancellationToken limit)
{
    private static readonly AsyncLocal<RequestScope?> s_current = new();

    public static RequestScope? Current => s_current.Value;

    public CancellationToken Limit => limit;

    public HttpStatusCode? Status { get; set; }

    /// <summary>Runs <paramref name="act"/> with this scope; it ends there.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> act)
    {
        s_current.Value = this;
        return await act().WaitAsync(limit);
    }
}
