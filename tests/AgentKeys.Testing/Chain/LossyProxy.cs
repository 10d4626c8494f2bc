using System.Text;
using System.Text.Json.Nodes;

namespace AgentKeys.Testing.Chain;

/// <summary>What a <see cref="LossyProxy"/> does with one request.</summary>
public enum Loss
{
    /// <summary>The node gets it and its answer comes back.</summary>
    None,

    /// <summary>Failed and not applied: the node never gets it, the connection closes.</summary>
    Request,

    /// <summary>Failed but applied: the node does it, the answer is lost.</summary>
    Answer,
}

/// <summary>A real node behind a line that loses what the test says.</summary>
public sealed class LossyProxy : IAsyncDisposable
{
    private readonly HttpClient _node = new();
    private readonly FaultyNode _front;

    /// <param name="node">The real one.</param>
    /// <param name="loss">Method and whole request, to what gets lost.</param>
    /// <param name="bend">Changes an answer on its way back; null: none.</param>
    public LossyProxy(Uri node, Func<string, JsonNode, Loss> loss, Func<string, JsonNode, JsonNode, JsonNode>? bend = null)
    {
        _front = new FaultyNode((_, body) =>
        {
            var request = JsonNode.Parse(body)!;
            var method = request is JsonObject one ? (string)one["method"]! : "batch";
            var lost = loss(method, request);
            if (lost == Loss.Request)
                return NodeReply.HangUp;
            var answer = Forward(node, body);
            if (lost == Loss.Answer)
                return NodeReply.HangUp;
            return NodeReply.Http(200, bend is null ? answer : bend(method, request, JsonNode.Parse(answer)!).ToJsonString());
        });
    }

    public Uri Url => _front.Url;

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _node.Dispose();
    }

    private string Forward(Uri node, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, node) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = _node.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }
}
