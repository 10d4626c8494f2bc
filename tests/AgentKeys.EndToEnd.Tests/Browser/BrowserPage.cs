using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentKeys.EndToEnd.Tests.Browser;

/// <summary>One page of a Chromium, with a virtual platform authenticator: real ceremonies, no hardware.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private string? _session;
    private int _id;

    public static async Task<BrowserPage> OpenAsync(Chromium browser, CancellationToken ct)
    {
        var page = new BrowserPage();
        await page._socket.ConnectAsync(browser.Endpoint, ct);
        var target = await page.SendAsync("Target.createTarget", new() { ["url"] = "about:blank" }, ct);
        var attached = await page.SendAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true }, ct);
        page._session = attached["sessionId"]!.GetValue<string>();
        await page.SendAsync("Page.enable", [], ct);
        return page;
    }

    /// <summary>A passkey that always confirms presence and the user.</summary>
    public async Task AddPasskeyAsync(CancellationToken ct)
    {
        await SendAsync("WebAuthn.enable", [], ct);
        await SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new JsonObject
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        }, ct);
    }

    public Task NavigateAsync(string url, CancellationToken ct) => SendAsync("Page.navigate", new() { ["url"] = url }, ct);

    public async Task<string> EvaluateAsync(string script, CancellationToken ct)
    {
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true }, ct);
        return answer["result"]?["value"]?.ToString() ?? "";
    }

    /// <summary>Asks the page again and again until it says so.</summary>
    public async Task WaitForAsync(string condition, CancellationToken ct)
    {
        while (await EvaluateAsync($"String(!!({condition}))", ct) != "true")
            await Task.Delay(100, ct);
    }

    public async Task ScreenshotAsync(string file, CancellationToken ct)
    {
        var shot = await SendAsync("Page.captureScreenshot", new() { ["format"] = "png" }, ct);
        await File.WriteAllBytesAsync(file, Convert.FromBase64String(shot["data"]!.GetValue<string>()), ct);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await ValueTask.CompletedTask;
    }

    private async Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken ct)
    {
        var id = ++_id;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
            request["sessionId"] = _session;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, true, ct);
        while (true)
        {
            var message = await ReceiveAsync(ct);
            if (message["id"]?.GetValue<int>() != id)
                continue;
            return message["error"] is { } error
                ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}")
                : (JsonObject)message["result"]!;
        }
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken ct)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, ct);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (JsonObject)JsonNode.Parse(message.ToArray())!;
    }
}
