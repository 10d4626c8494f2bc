using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Routes;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Megabytes are held for few requests at once, whoever asks.</summary>
public class LargeRequestTests
{
    [Fact]
    public async Task Bodies_that_only_begin_take_the_places_and_no_more_memory()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = DataClass.Memory });
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        Assert.Equal(LargeRequests.Places, stack.FreePlaces);
        var begun = new List<RawConnection>();
        using var enough = new CancellationTokenSource();
        try
        {
            for (var i = 0; i < LargeRequests.Places; i++)
                begun.Add(await BeginAsync(stack));
            await UntilAsync(() => stack.FreePlaces == 0);

            var dripping = DripAsync(begun, enough.Token);
            var refused = await stack.FetchAsync();
            Assert.Equal(("rate_limited", (TimeSpan?)TimeSpan.FromSeconds(1)), (refused.Code, refused.RetryAfter));
            Assert.Equal("rate_limited", (await stack.StoreAsync([2])).Code);
            await enough.CancelAsync();
            await dripping;
            Assert.Equal("ok", (await stack.ListAsync()).Code); // small, and so not concerned

            begun[0].Dispose();
            Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        }
        finally
        {
            begun.ForEach(c => c.Dispose());
        }
        await UntilAsync(() => stack.FreePlaces == LargeRequests.Places);
    }

    /// <summary>Fast enough for the server's own measure, and for ever at it.</summary>
    [Fact]
    public async Task Who_takes_an_answer_too_slowly_is_cut_off_and_gives_its_place_back()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = DataClass.Memory });
        Assert.Equal("ok", (await stack.StoreAsync(RandomNumberGenerator.GetBytes(3 * 1024 * 1024))).Code);
        await UntilAsync(() => stack.FreePlaces == LargeRequests.Places);
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectNarrowAsync }) { BaseAddress = new Uri(stack.WorkerUrls[0]) };
        using var request = stack.FetchCall().Build().ToMessage();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var length = answer.Content.Headers.ContentLength!.Value;
        await using var body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal(LargeRequests.Places - 1, stack.FreePlaces);

        using var tooLong = new CancellationTokenSource(RouteGuard.TimeFor((int)length) + TimeSpan.FromSeconds(20));
        var (taken, buffer) = (0L, new byte[512]);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (int read; (read = await body.ReadAsync(buffer, tooLong.Token)) > 0; await Task.Delay(100, tooLong.Token))
                taken += read;
        });
        Assert.InRange(taken, 1, length - 1);
        await UntilAsync(() => stack.FreePlaces == LargeRequests.Places);
        Assert.Equal("ok", (await stack.FetchAsync()).Code);
    }

    /// <summary>A connection through which little passes at a time.</summary>
    private static async ValueTask<Stream> ConnectNarrowAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<RawConnection> BeginAsync(VaultStack stack)
    {
        using var http = stack.WorkerHttp();
        var connection = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, http.BaseAddress!.Port));
        await connection.TrySendAsync("POST /v1/memory/put HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 11000000\r\n\r\n{");
        return connection;
    }

    /// <summary>Just fast enough for the server's own measure, 240 bytes a second.</summary>
    private static async Task DripAsync(List<RawConnection> connections, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var connection in connections)
                await connection.TrySendAsync(new string(' ', 1024));
            await Task.WhenAny(Task.Delay(500, enough));
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 2000, "not in time");
            await Task.Delay(10);
        }
    }
}
