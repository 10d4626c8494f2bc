using System.Diagnostics;

namespace AgentKeys.Mutate;

/// <summary>A child process with its output; ended with its own children when the run ends or it takes too long.</summary>
internal sealed class Command(string program, string folder, IReadOnlyDictionary<string, string>? environment = null)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <param name="limit">five minutes where there is none.</param>
    public async Task<(int Exit, string Output)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ended.CancelAfter(limit ?? s_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ended.Token);
            var errors = process.StandardError.ReadToEndAsync(ended.Token);
            await process.WaitForExitAsync(ended.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return (-1, "it took too long");
        }
    }
}
