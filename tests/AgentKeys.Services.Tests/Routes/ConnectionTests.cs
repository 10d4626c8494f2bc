using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>
/// What is wrong before there is a request: lines, headers, lengths, pace. Each is answered by a status or the connection is closed, in
/// time; nothing is recorded, and the service goes on serving others.
/// </summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private const string Close = "Host: x\r\nConnection: close\r\n";
    private const string Json = Close + "Content-Type: application/json\r\n";

    private readonly BrokerRig _rig = new() { OnAPort = true };
    private readonly VaultStack _stack = new();

    public async Task InitializeAsync()
    {
        await _rig.InitializeAsync();
        await _stack.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _stack.DisposeAsync();
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        // what, bytes, status: HTTP's own, from the server itself or as a problem of ours
        { "no HTTP at all", "hello\r\n\r\n", "400" },
        { "a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n", "400" },
        { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "-" },
        { "an unknown version", $"GET /healthz HTTP/7.7\r\n{Close}\r\n", "505" },
        { "no host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "400" },
        { "two hosts", $"GET /healthz HTTP/1.1\r\nHost: y\r\n{Close}\r\n", "400" },
        { "another host in the target than in the header", $"GET http://other.test/healthz HTTP/1.1\r\n{Close}\r\n", "400" },
        { "a target that is no path", $"GET healthz HTTP/1.1\r\n{Close}\r\n", "405" },
        { "two slashes in front of the path", $"GET //healthz HTTP/1.1\r\n{Close}\r\n", "404" },
        { "a percent escape in the path", $"GET /%68ealthz HTTP/1.1\r\n{Close}\r\n", "404" },
        { "a zero byte in the path", $"GET /%00 HTTP/1.1\r\n{Close}\r\n", "400" },
        { "a method in lower case", $"post ROUTE HTTP/1.1\r\n{Json}Content-Length: 2\r\n\r\n{{}}", "405" },
        { "a target of authority", $"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\nConnection: close\r\n\r\n", "404" },
        { "a long request line", $"GET /{new string('a', 5000)} HTTP/1.1\r\n{Close}\r\n", "414" },
        { "a long header line", $"GET /healthz HTTP/1.1\r\n{Close}X: {new string('a', 40_000)}\r\n\r\n", "431" },
        { "many headers", $"GET /healthz HTTP/1.1\r\n{Close}{string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: 1\r\n"))}\r\n", "431" },
        { "a folded header", $"GET /healthz HTTP/1.1\r\n{Close}X: a\r\n b\r\n\r\n", "400" },
        { "a header without a name", $"GET /healthz HTTP/1.1\r\n{Close}: a\r\n\r\n", "400" },
        { "a blank before the colon", $"GET /healthz HTTP/1.1\r\n{Close}X : a\r\n\r\n", "400" },
        { "a zero byte in a header", $"GET /healthz HTTP/1.1\r\n{Close}X: a\0b\r\n\r\n", "400" },
        // RFC 9112 section 2.2 lets a server take it; no route is behind another server that reads it otherwise.
        { "lines that end in LF alone", "GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n", "200" },
        { "a length that is no number", $"POST ROUTE HTTP/1.1\r\n{Json}Content-Length: x\r\n\r\n", "400" },
        { "a negative length", $"POST ROUTE HTTP/1.1\r\n{Json}Content-Length: -1\r\n\r\n", "400" },
        { "two lengths", $"POST ROUTE HTTP/1.1\r\n{Json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}", "400" },
        { "a body without a length", $"POST ROUTE HTTP/1.1\r\n{Json}\r\n{{}}", "4xx" },
        { "a transfer coding that nobody knows", $"POST ROUTE HTTP/1.1\r\n{Json}Transfer-Encoding: gzip\r\n\r\n", "400" },
        { "a chunk without a size", $"POST ROUTE HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n", "400" },
        { "a chunk of a size beyond all numbers", $"POST ROUTE HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "400" },
        { "more in chunks than the route takes", $"POST ROUTE HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\n\r\n1e848\r\n{new string(' ', 125_000)}\r\n0\r\n\r\n", "413" },
        { "more announced than the route takes", $"POST ROUTE HTTP/1.1\r\n{Json}Content-Length: 99999999999\r\n\r\n", "413" },
        { "more announced, and asked first", $"POST ROUTE HTTP/1.1\r\n{Json}Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n", "413" },
        { "HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", "200" },
        { "a target in absolute form", $"GET http://x/healthz HTTP/1.1\r\n{Close}\r\n", "200" },
        { "a target in absolute form with an escape in its path", $"GET http://x/%68ealthz HTTP/1.1\r\n{Close}\r\n", "404" },
        { "a target in absolute form with a query", $"GET http://x/healthz?a=/b HTTP/1.1\r\n{Close}\r\n", "200" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task Broken_requests_get_a_status_and_the_connection_is_closed(string what, string bytes, string status)
    {
        foreach (var (service, route, endpoint) in Services())
        {
            var before = State;
            var answer = await AskAsync(endpoint, bytes.Replace("ROUTE", route, StringComparison.Ordinal));
            var got = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? answer[9..12] : "-"; // HTTP/2 is told to go away in its own frames
            Assert.True(status == got || (status == "4xx" && got is "400" or "411" or "413" or "415" or "401"), $"{service}, {what}: {answer}");
            Assert.Equal(before, State);
            await AliveAsync(service, endpoint);
        }
    }

    /// <summary>Headers that never end, and bodies that come a byte at a time: all at once, at every service.</summary>
    [Fact]
    public async Task Slow_requests_are_ended_in_time()
    {
        var before = State;
        var tasks = Services().SelectMany(s => new[]
        {
            SlowAsync(s.Service, s.Endpoint, $"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", "x", "408"),
            SlowAsync(s.Service, s.Endpoint, "G", "", "408"),
            SlowAsync(s.Service, s.Endpoint, $"POST {s.Route} HTTP/1.1\r\n{Json}Content-Length: 900\r\n\r\n{{", "", "400"),
            // Fast enough for the server's own measure, 240 bytes a second, and still minutes for a whole body.
            SlowAsync(s.Service, s.Endpoint, $"POST {s.Route} HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\n\r\n", "40\r\n" + new string(' ', 64) + "\r\n", s.Service == "worker" ? "400" : "4xx"),
        }).ToList();
        await Task.WhenAll(tasks);
        Assert.Equal(before, State);
        foreach (var (service, _, endpoint) in Services())
            await AliveAsync(service, endpoint);
    }

    /// <summary>Gone in the middle of a body: nobody to answer, and nothing happened.</summary>
    [Fact]
    public async Task A_client_that_goes_away_changes_nothing()
    {
        var before = State;
        foreach (var (service, route, endpoint) in Services())
        {
            for (var i = 0; i < 20; i++)
            {
                using var connection = await RawConnection.OpenAsync(endpoint);
                Assert.True(await connection.TrySendAsync($"POST {route} HTTP/1.1\r\n{Json}Content-Length: 100\r\n\r\n{{"));
            }
            await AliveAsync(service, endpoint);
        }
        Assert.Equal(before, State);
    }

    private string State => $"{_rig.Records} {_stack.WorkerRecords} {_stack.SignerRecords} {_stack.StoreDigest()}";

    private (string Service, string Route, EndPoint Endpoint)[] Services() =>
    [
        ("broker", "/v1/cap/cred-fetch", Tcp(_rig.Http)),
        ("worker", "/v1/cred/store", Tcp(_stack.WorkerHttp())),
        ("signer", "/v1/keys/unwrap", new UnixDomainSocketEndPoint(_stack.SocketPath)),
    ];

    private static IPEndPoint Tcp(HttpClient http) => new(IPAddress.Loopback, http.BaseAddress!.Port);

    private static async Task<string> AskAsync(EndPoint endpoint, string bytes)
    {
        using var connection = await RawConnection.OpenAsync(endpoint);
        await connection.TrySendAsync(bytes);
        return await connection.ReadToEndAsync();
    }

    private static async Task SlowAsync(string service, EndPoint endpoint, string start, string drip, string status)
    {
        var clock = Stopwatch.StartNew();
        using var connection = await RawConnection.OpenAsync(endpoint);
        await connection.TrySendAsync(start);
        var answer = connection.ReadToEndAsync();
        while (!answer.IsCompleted && await connection.TrySendAsync(drip))
            await Task.WhenAny(answer, Task.Delay(50));
        var text = await answer;
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{service}, {start}: {clock.Elapsed}");
        Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 " + status.Replace("4xx", "4", StringComparison.Ordinal), StringComparison.Ordinal), $"{service}, {start}: {text}");
    }

    private static async Task AliveAsync(string service, EndPoint endpoint) =>
        Assert.True((await AskAsync(endpoint, $"GET /healthz HTTP/1.1\r\n{Close}\r\n")).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), service + " is gone");
}
