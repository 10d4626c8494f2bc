using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Testing.Chain;

/// <summary>What a <see cref="NodeRelay"/> makes of the real node's answers.</summary>
public enum NodeMood
{
    Honest,

    /// <summary>Breaks off every connection.</summary>
    Down,

    /// <summary>Takes every request and never answers.</summary>
    Hung,

    /// <summary>Says everywhere that it is chain 1.</summary>
    OtherChain,

    /// <summary>Answers every call with no bytes.</summary>
    Empty,
}

/// <summary>Stands between a service and its real node, and passes everything on until it is told otherwise.</summary>
public sealed partial class NodeRelay : IAsyncDisposable
{
    private static readonly string s_devChain = new string('0', 60) + "7a69";
    private static readonly string s_chainOne = new string('0', 63) + "1";

    private readonly WebApplication _app;
    private readonly HttpClient _node = new();
    private readonly Uri _url;

    private NodeRelay(Uri node)
    {
        _url = node;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(RelayAsync);
    }

    public NodeMood Mood { get; set; }

    public Uri Url => new(_app.Urls.Single());

    public static async Task<NodeRelay> StartAsync(Uri node)
    {
        var relay = new NodeRelay(node);
        await relay._app.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _node.Dispose();
    }

    private async Task RelayAsync(HttpContext http)
    {
        var mood = Mood;
        if (mood == NodeMood.Down)
        {
            http.Abort();
            return;
        }
        if (mood == NodeMood.Hung)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        using var body = new StreamContent(http.Request.Body);
        body.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var answer = await _node.PostAsync(_url, body, http.RequestAborted);
        var text = await answer.Content.ReadAsStringAsync(http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Bend(text, mood), http.RequestAborted);
    }

    private static string Bend(string text, NodeMood mood) => mood switch
    {
        NodeMood.OtherChain => text.Replace(s_devChain, s_chainOne, StringComparison.Ordinal).Replace("\"0x7a69\"", "\"0x1\"", StringComparison.Ordinal),
        NodeMood.Empty => Result().Replace(text, "\"result\":\"0x\""),
        _ => text,
    };

    [GeneratedRegex("\"result\"\\s*:\\s*\"[^\"]*\"")]
    private static partial Regex Result();
}
