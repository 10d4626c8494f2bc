using AgentKeys.Testing.Processes;

namespace AgentKeys.Benchmarks;

/// <summary>From the shell to the first word: the command line's cold start, beside age's.</summary>
internal static class CliBench
{
    private const string Name = "cli";
    private const string What = "agentkeys --version, from start to end";
    private const double Goal = 150;

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        var host = Path.ChangeExtension(context.Programs.Cli, null);
        if (!File.Exists(host))
            throw new InvalidOperationException($"{host} is not built.");
        var age = FindOnPath("age");
        Func<Task<double>> Turn(string program) => async () =>
        {
            var times = new List<double>();
            for (var i = 0; i < (context.Quick ? 2 : 5); i++)
                times.Add(await TimeAsync(context, program, ct));
            return Measure.Median(times);
        };

        var times = await context.Measure.MicrosecondsAsync(age is null ? [Turn(host)] : [Turn(host), Turn(age)]);
        var finding = new Finding(Name, What) { Figure = times[0] / 1000, Unit = "ms", Goal = "at most 150 ms", Verdict = Verdict.Of(times[0] / 1000 <= Goal) };
        return age is null
            ? [finding, Finding.Skip(Name, "beside age --version", "age is not on PATH: install it (apt-get install age) to have the comparison")]
            : [finding with { Beside = "age --version", BesideFigure = times[1] / 1000, Ratio = times[0] / times[1] }];
    }

    private static async Task<double> TimeAsync(BenchContext context, string program, CancellationToken ct)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var result = await Command.RunAsync(program, ["--version"], context.Programs.Root, ct);
        return result.ExitCode == 0
            ? System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds
            : throw new InvalidOperationException($"{Path.GetFileName(program)} --version exited with {result.ExitCode}: {result.Tail}");
    }

    private static string? FindOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(f => f.Length > 0).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
}
