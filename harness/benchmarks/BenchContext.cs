using System.Text.Json;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Benchmarks;

/// <summary>What benches share: the clone, one running stack, the peers; each is started when it is first asked for.</summary>
internal sealed class BenchContext(Programs programs, bool quick) : IAsyncDisposable
{
    private Task<BenchStack>? _stack;
    private NodeScript? _peers;

    public Programs Programs => programs;
    public bool Quick => quick;
    public Measure Measure { get; } = new(quick);
    public string Peers => Path.Combine(programs.Root, "harness", "benchmarks", "peers");

    /// <summary>One for all benches; where it did not start, it is not tried again.</summary>
    public Task<BenchStack> StackAsync(CancellationToken ct)
    {
        if (_stack is null)
            Console.Error.WriteLine("bench: starting a stack");
        return _stack ??= BenchStack.StartAsync(programs, ct);
    }

    /// <summary>A turn in which a peer measures itself.</summary>
    /// <param name="op">of peers.mjs.</param>
    /// <param name="question">its members.</param>
    public Func<Task<double>> PeerTurn(string op, IReadOnlyDictionary<string, object> question) => async () =>
    {
        _peers ??= NodeScript.Start(Path.Combine(Peers, "peers.mjs"));
        var answer = await _peers.AskAsync(new Dictionary<string, object>(question) { ["op"] = op, ["milliseconds"] = Measure.TurnMilliseconds });
        return answer.GetProperty("microseconds").GetDouble();
    };

    public static object Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    public async ValueTask DisposeAsync()
    {
        _peers?.Dispose();
        if (_stack is { IsCompletedSuccessfully: true })
            await (await _stack).DisposeAsync();
    }
}
