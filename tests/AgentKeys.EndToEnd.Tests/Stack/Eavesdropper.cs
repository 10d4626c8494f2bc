using System.Collections.Concurrent;
using System.Text.Json;
using AgentKeys.Testing.Processes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>One answer of a service, headers and body, and what was asked.</summary>
internal sealed record Overheard(string Route, int Status, byte[] Answer);

/// <summary>Sits in a client and keeps every token and proof that it sends or gets, and every answer.</summary>
internal sealed class Eavesdropper() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    /// <summary>Signatures of tokens and proofs: the part without which they are nothing, and that nothing else shares.</summary>
    public ConcurrentDictionary<string, string> Signatures { get; } = new();

    public ConcurrentQueue<Overheard> Answers { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var route = request.RequestUri!.AbsolutePath;
        foreach (var (header, kind) in (ReadOnlySpan<(string, string)>)[("Authorization", "token"), ("DPoP", "proof"), ("AgentKeys-Storage-Token", "storage token")])
        {
            if (request.Headers.TryGetValues(header, out var values))
                Keep(kind, string.Concat(values));
        }
        var response = await base.SendAsync(request, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        Answers.Enqueue(new Overheard(route, (int)response.StatusCode, [.. System.Text.Encoding.UTF8.GetBytes(response.Headers.ToString()), .. body]));
        if (response.IsSuccessStatusCode)
            KeepGiven(body);
        return response;
    }

    private void KeepGiven(byte[] body)
    {
        using var answer = JsonDocument.Parse(body);
        foreach (var (member, kind) in (ReadOnlySpan<(string, string)>)[("session", "session"), ("cap", "cap"), ("token", "storage token")])
        {
            if (answer.RootElement.TryGetProperty(member, out var token) && token.ValueKind == JsonValueKind.String)
                Keep(kind, token.GetString()!);
        }
    }

    private void Keep(string kind, string token)
    {
        if (token.Split('.') is not [_, _, { Length: > 40 } signature])
            throw new UnexpectedOutcomeException($"a {kind} of another form");
        Signatures.TryAdd(signature, kind);
    }
}
