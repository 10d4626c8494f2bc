using System.Net;
using System.Net.Sockets;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A cap for one write, used by whoever can: it writes once.</summary>
public class UsedTwice
{
    private const string Name = "API_KEY";

    /// <summary>
    /// Two worker processes with a log each, at the same moment: the one signer lets one through. Then every process is killed, and started
    /// again, and the cap is still used.
    /// </summary>
    [AnvilFact]
    public async Task A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("used-twice");
        var person = folder.Person("person");
        await using var stack = await ServiceStack.StartAsync(folder, () => person.OkAsync(ct, "init"), ct);
        await using var second = await StartSecondWorkerAsync(folder, stack, ct);
        using var http = new HttpClient();
        using var party = await RawParty.LoginAsync(http, stack.BrokerUrl, stack.WorkerUrl, Path.Combine(folder.Path, "person", "device.json"), ct);
        var storage = await party.StorageTokenAsync(ct);

        for (var round = 0; round < 5; round++)
        {
            var cap = await party.CapAsync("store", Name, ct);
            var first = Store(party, cap, storage, "first");
            var other = Store(party, cap, storage, "second") with { Url = second.Url };
            var codes = (await Task.WhenAll(first.SendAsync(http, ct), other.SendAsync(http, ct))).Select(a => a.Code).ToList();
            Assert.Equal(["cap_replayed", RawAnswer.Ok], codes.Order(StringComparer.Ordinal));
        }

        var last = await party.CapAsync("store", Name, ct);
        Assert.Equal(RawAnswer.Ok, (await Store(party, last, storage, "kept").SendAsync(http, ct)).Code);
        foreach (var service in stack.Services)
        {
            await service.KillAsync();
            await service.StartAsync(ct);
        }
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // a proof is of a whole second, and none from before the process counts
        Assert.Equal("cap_replayed", (await Store(party, last, storage, "again").SendAsync(http, ct)).Code);
        using var signer = UnixSocketHttp.To(stack.In("run", "signer.sock"));
        var asked = Store(party, last, storage, "again") with { Url = new Uri("http://signer/v1/keys/generate"), Body = RawParty.FetchBody };
        Assert.Equal("cap_replayed", (await asked.SendAsync(signer, ct)).Code);
        Assert.Equal("kept", await person.OkAsync(ct, "cred", "fetch", Name));
    }

    private static RawRequest Store(RawParty party, string cap, string storage, string value) => party.Act("store", cap, storage, RawParty.StoreBody(Name, value)).Build();

    /// <summary>As if two machines ran the same class by mistake: another port, another log, the same store and signer.</summary>
    private static async Task<SecondWorker> StartSecondWorkerAsync(StackFolder folder, ServiceStack stack, CancellationToken ct)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var http = new HttpClient { BaseAddress = url };
        var process = new ServiceProcess(
            "second", ["dotnet", folder.Programs.Worker, "--config", stack.Config, "--role", "credentials"], folder.DevState, stack.In("logs", "second.log"),
            async token => (await http.GetAsync(new Uri("/healthz", UriKind.Relative), token)).IsSuccessStatusCode)
        {
            Environment = new Dictionary<string, string>
            {
                ["AgentKeys__Workers__credentials__Listen"] = url.GetLeftPart(UriPartial.Authority),
                ["AgentKeys__Workers__credentials__StateDir"] = stack.In("state", "second"),
            },
        };
        await process.StartAsync(ct);
        return new SecondWorker(process, http, new Uri(url, "/v1/cred/store"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record SecondWorker(ServiceProcess Process, HttpClient Http, Uri Url) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            Http.Dispose();
        }
    }
}
