using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentKeys.Cli;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>Somebody else answers, on a port that was free a moment ago, just as our child would: the probe here says yes to everything.</summary>
public sealed class DevReadinessTests : IDisposable
{
    private const string StayOn = "exec sleep 60";
    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _stranger = new(IPAddress.Loopback, 0);
    private readonly List<ChildProcess> _children = [];

    public DevReadinessTests() => _stranger.Start();

    private int Taken => ((IPEndPoint)_stranger.LocalEndpoint).Port;

    public void Dispose()
    {
        foreach (var child in _children)
        {
            ProcessIdentity.Signal(child.Identity.Pid, child.Identity.Start, ProcessIdentity.SigKill);
            child.Dispose();
        }
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Listening on 127.0.0.1:{0}")]
    [InlineData("{{\"category\":\"Microsoft.Hosting.Lifetime\",\"message\":\"Now listening on: http://127.0.0.1:{0}\"}}")]
    [InlineData("starting\nINFO AgentKeys.Broker: listening on http://127.0.0.1:{0}\nand on")]
    public async Task A_child_that_says_it_listens_and_an_answer_are_readiness(string says) =>
        await WaitAsync(Saying(string.Format(CultureInfo.InvariantCulture, says, Taken), StayOn), Taken);

    [Fact]
    public async Task A_child_on_a_socket_says_so_too() => await WaitAsync(Saying("Now listening on: http://unix:/somewhere/signer.sock", StayOn), null);

    [Fact]
    public async Task An_answer_alone_is_not_readiness() => await NotReadyAsync(Saying("starting", StayOn), Taken);

    [Fact]
    public async Task A_child_that_listens_elsewhere_is_not_ready() => await NotReadyAsync(Saying($"Listening on 127.0.0.1:{Taken}0", StayOn), Taken);

    [Fact]
    public async Task What_an_earlier_run_said_in_the_same_log_does_not_count()
    {
        await Saying($"Listening on 127.0.0.1:{Taken}").ExitedAsync();
        await NotReadyAsync(Saying("starting", StayOn), Taken);
    }

    [Fact]
    public async Task A_child_that_said_so_and_is_gone_is_not_ready()
    {
        var child = Saying($"Listening on 127.0.0.1:{Taken}", "exit 7");
        await child.ExitedAsync();
        var died = await Assert.ThrowsAsync<CliException>(() => WaitAsync(child, Taken));
        Assert.StartsWith("test ended by itself with 7", died.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_cannot_have_its_port_says_which_and_what_to_do()
    {
        var child = Saying("Error: Address already in use (os error 98)", "exit 1");
        var taken = await Assert.ThrowsAsync<PortTakenException>(() => WaitAsync(child, Taken));
        Assert.Equal(Taken, taken.Port);
        Assert.Equal($"Port {Taken} of this stack is in use by another program.", taken.Told().Message);
        Assert.Contains("--reset", taken.Told().Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_ends_for_another_reason_is_told_with_its_last_words()
    {
        var port = Taken;
        _stranger.Stop();
        var child = Saying("no memory", "exit 1");
        Assert.Contains("no memory", (await Assert.ThrowsAsync<CliException>(() => WaitAsync(child, port))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_port_that_is_taken_is_named() =>
        Assert.Equal(Taken, Assert.Throws<PortTakenException>(new DevPorts(Taken, Taken, Taken, Taken).ExpectFree).Port);

    private ChildProcess Saying(string text, string then = "exit 0")
    {
        _children.Add(ChildProcess.Start("test", ["/bin/sh", "-c", $"printf '%s\\n' \"$1\"; {then}", "sh", text], _folder["log"], _folder.Path));
        return _children[^1];
    }

    private static Task WaitAsync(ChildProcess child, int? port, CancellationToken cancel = default) =>
        Readiness.WaitAsync(child, port, _ => Task.FromResult(true), TimeProvider.System, cancel);

    private static async Task NotReadyAsync(ChildProcess child, int? port)
    {
        using var enough = new CancellationTokenSource(s_while);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WaitAsync(child, port, enough.Token));
    }
}
