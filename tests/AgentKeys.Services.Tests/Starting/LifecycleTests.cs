using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Services.Tests.Routes;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.Services.Tests.Starting;

/// <summary>A broker as systemd runs it: told when it is ready, asked to stop in the middle of a request, watched.</summary>
public sealed class LifecycleTests
{
    private const string Body = """{"address":"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","device_key_hash":"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_lets_the_request_end_that_runs_and_systemd_hears_all_of_it(bool isAbstract)
    {
        using var folder = new ServiceFolder();
        folder.Settings["Shutdown"] = new JsonObject { ["DrainSeconds"] = 3, ["FinishSeconds"] = 20 };
        using var systemd = new NotifySocket(folder, isAbstract);
        await using var broker = Process(folder, systemd);
        var port = await StartAsync(broker, folder);
        Assert.Equal("READY=1", await systemd.ReadAsync());

        using var running = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port));
        await running.TrySendAsync($"POST /v1/auth/wallet/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body[..20]}");
        await Task.Delay(200);
        var ended = broker.EndByAsync(15);
        Assert.Equal("STOPPING=1", await systemd.ReadAsync());

        // While it drains it serves, and says that it will not for long.
        var ready = await AskAsync(port, "/readyz");
        Assert.StartsWith("HTTP/1.1 503 ", ready, StringComparison.Ordinal);
        Assert.Contains("\"stopping\"", ready, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(port, "/healthz"), StringComparison.Ordinal);
        while (await IsListeningAsync(port))
            await Task.Delay(50);

        await running.TrySendAsync(Body[20..]);
        var answer = await running.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("request_id", answer, StringComparison.Ordinal);
        Assert.Equal(0, await ended);
    }

    /// <summary>A request that does not end is cut off when its time is over: a stop is bounded.</summary>
    [Fact]
    public async Task A_stop_takes_no_longer_than_it_may()
    {
        using var folder = new ServiceFolder();
        folder.Settings["Shutdown"] = new JsonObject { ["FinishSeconds"] = 1 };
        await using var broker = Process(folder, null);
        var port = await StartAsync(broker, folder);
        using var running = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port));
        await running.TrySendAsync("POST /v1/auth/wallet/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        await Task.Delay(200);
        Assert.Equal(0, await broker.EndByAsync(15).WaitAsync(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public async Task A_watchdog_that_asks_is_told_again_and_again()
    {
        using var folder = new ServiceFolder();
        using var systemd = new NotifySocket(folder, isAbstract: false);
        await using var broker = Process(folder, systemd, ("WATCHDOG_USEC", "400000"));
        await StartAsync(broker, folder);
        var heard = new List<string>();
        for (var i = 0; i < 4; i++)
            heard.Add(await systemd.ReadAsync());
        Assert.Equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"], heard);
    }

    /// <summary>Requests are in the log with their route, status, code and time; both forms have the trace, which the answer has too.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("text")]
    public async Task A_request_is_one_line_of_the_log(string format)
    {
        using var folder = new ServiceFolder();
        folder.Save(new JsonObject { ["Logging"] = new JsonObject { ["Format"] = format } });
        await using var broker = Process(folder, null);
        var port = await StartAsync(broker, folder);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/mint-oidc-jwt?q=sk-canary") { Content = new StringContent("{\"actor_omni\":\"sk-canary\"}", null, "application/json") };
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        using var answer = await http.SendAsync(request);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", problem.GetProperty("traceId").GetString());
        using (await http.GetAsync(new Uri("/healthz", UriKind.Relative)))
            await broker.StopAsync();

        var log = await File.ReadAllTextAsync(broker.Log);
        Assert.DoesNotContain("canary", log, StringComparison.Ordinal);
        var line = Assert.Single(log.Split('\n'), l => l.Contains("RequestTelemetry", StringComparison.Ordinal));
        if (format == "text")
        {
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info    \[0af7651916cd43dd8448eb211c80319c\] AgentKeys\.Hosting\.RequestTelemetry: POST /v1/mint-oidc-jwt 400 invalid_input in [0-9.]+ ms$", line);
            return;
        }
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            ("info", "AgentKeys.Hosting.RequestTelemetry", 110, "0af7651916cd43dd8448eb211c80319c"),
            (json.GetProperty("level").GetString(), json.GetProperty("category").GetString(), json.GetProperty("event").GetInt32(), json.GetProperty("traceId").GetString()));
        Assert.Equal(
            ("POST", "/v1/mint-oidc-jwt", 400, "invalid_input"),
            (json.GetProperty("method").GetString(), json.GetProperty("route").GetString(), json.GetProperty("status").GetInt32(), json.GetProperty("code").GetString()));
        Assert.True(json.GetProperty("durationMs").GetDouble() > 0);
        Assert.Equal(16, json.GetProperty("spanId").GetString()!.Length);
    }

    private static ServiceProcess Process(ServiceFolder folder, NotifySocket? systemd, params (string, string)[] environment)
    {
        var port = FreePort();
        folder.SectionOf("broker")["Listen"] = $"http://127.0.0.1:{port}";
        var beside = JsonDocument.Parse(File.ReadAllText(folder.Config)).RootElement.TryGetProperty("Logging", out var logging)
            ? new JsonObject { ["Logging"] = JsonNode.Parse(logging.GetRawText()) }
            : null;
        folder.Save(beside);
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var variables = environment.ToDictionary(e => e.Item1, e => e.Item2);
        if (systemd is not null)
            variables["NOTIFY_SOCKET"] = systemd.Name;
        return new ServiceProcess(
            "broker", ["dotnet", .. ServiceFolder.CommandOf("broker", "--config", folder.Config)], folder.Path, Path.Combine(folder.Path, "broker.log"),
            async ct => (await http.GetAsync(new Uri("/healthz", UriKind.Relative), ct)).IsSuccessStatusCode)
        { Environment = variables };
    }

    private static async Task<int> StartAsync(ServiceProcess broker, ServiceFolder folder)
    {
        await broker.StartAsync(new CancellationTokenSource(s_patience).Token);
        return new Uri(folder.SectionOf("broker")["Listen"]!.GetValue<string>()).Port;
    }

    private static async Task<string> AskAsync(int port, string path)
    {
        using var connection = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port));
        await connection.TrySendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return await connection.ReadToEndAsync();
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>As systemd's: a datagram socket with a name in the file system or in the abstract namespace.</summary>
    private sealed class NotifySocket : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public NotifySocket(ServiceFolder folder, bool isAbstract)
        {
            var unique = string.Create(CultureInfo.InvariantCulture, $"agentkeys-notify-{Environment.ProcessId}-{Environment.TickCount64}");
            Name = isAbstract ? "@" + unique : Path.Combine(folder.Path, "notify");
            _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + unique : Name));
        }

        public string Name { get; }

        public async Task<string> ReadAsync()
        {
            var buffer = new byte[256];
            var length = await _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().WaitAsync(s_patience);
            return Encoding.ASCII.GetString(buffer, 0, length);
        }

        public void Dispose() => _socket.Dispose();
    }
}
