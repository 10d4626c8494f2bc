using Microsoft.Extensions.Hosting;

namespace AgentKeys.Hosting;

/// <summary>
/// The service's life, told to systemd where that asks: ready when it listens, stopping when it has been told to. Between the two signals
/// of a stop it serves on for the drain time; then the server takes no more, and what runs may end.
/// </summary>
internal sealed class LifecycleNotes(SystemdNotify systemd, ShutdownOptions options, TimeProvider clock) : IHostedLifecycleService, IDisposable
{
    private ITimer? _watchdog;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        systemd.Send("READY=1");
        if (systemd.WatchdogPeriod is { } period)
            _watchdog = clock.CreateTimer(_ => systemd.Send("WATCHDOG=1"), null, TimeSpan.Zero, period / 2);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        systemd.Send("STOPPING=1");
        if (options.Drain > TimeSpan.Zero)
            await Task.Delay(options.Drain, clock, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _watchdog?.Dispose();
}
