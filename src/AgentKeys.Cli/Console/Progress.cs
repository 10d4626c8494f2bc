using System.Globalization;

namespace AgentKeys.Cli;

/// <summary>
/// Tells a person at a terminal what a command waits for, once that takes more than a second, and again every ten. Scripts, whose
/// standard error is no terminal, are told nothing.
/// </summary>
internal sealed class Progress : IAsyncDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private const int Again = 10;

    private readonly CliOutput _output;
    private readonly CancellationTokenSource _done = new();
    private readonly Task _loop;

    private Progress(CliOutput output, CliEdges edges)
    {
        _output = output;
        _loop = edges.ErrorIsTerminal ? LoopAsync(edges.Time) : Task.CompletedTask;
    }

    public static Progress Start(CliOutput output, CliEdges edges) => new(output, edges);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _loop;
        _done.Dispose();
    }

    private async Task LoopAsync(TimeProvider time)
    {
        var (step, ticks) = (_output.Step, 0);
        using var timer = new PeriodicTimer(s_tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_done.Token))
            {
                ticks = _output.Step == step ? ticks + 1 : 1;
                step = _output.Step;
                if (step is not null && ticks % Again == 1)
                    _output.Say(string.Create(CultureInfo.InvariantCulture, $"{step} ...{(ticks > 1 ? $" {ticks} s" : "")}"));
            }
        }
        catch (OperationCanceledException)
        {
            // done
        }
    }
}
