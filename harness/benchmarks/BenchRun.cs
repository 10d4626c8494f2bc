using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Benchmarks;

/// <summary>One run: header, benches, file. Exit code 0 when every bench that was asked for ran, whatever its figures.</summary>
internal static class BenchRun
{
    private static readonly (string Name, Func<BenchContext, CancellationToken, Task<IReadOnlyList<Finding>>> Run)[] s_benches =
    [
        ("verify", VerifyBench.RunAsync),
        ("siwe", SiweBench.RunAsync),
        ("envelope", EnvelopeBench.RunAsync),
        ("cli", CliBench.RunAsync),
        ("chain", ChainBench.RunAsync),
        ("mint", MintBench.RunAsync),
        ("fetch", FetchBench.RunAsync),
    ];

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static IEnumerable<string> Names => s_benches.Select(b => b.Name);

    public static async Task<int> ExecuteAsync(string[] names, FileInfo? json, bool quick, CancellationToken ct)
    {
        if (names.FirstOrDefault(n => n != "all" && !Names.Contains(n)) is { } unknown)
        {
            Console.Error.WriteLine($"bench: error: there is no bench {unknown}");
            Console.Error.WriteLine($"bench: hint: all, or some of {string.Join(", ", Names)}");
            return 2;
        }

        await using var context = new BenchContext(Programs.OfThisBuild(), quick);
        var before = Load();
        var machine = await MachineAsync(context, ct);
        Console.WriteLine($"AgentKeys benches: {machine}");
        Console.WriteLine($"load of the machine before: {before}{(quick ? "; quick: shows that they run, not how fast anything is" : "")}");
        var (findings, failed) = (new List<Finding>(), false);
        foreach (var bench in s_benches.Where(b => names.Contains("all") || names.Contains(b.Name)))
        {
            Console.WriteLine();
            Console.WriteLine(bench.Name);
            try
            {
                foreach (var finding in await bench.Run(context, ct))
                {
                    Print(finding);
                    findings.Add(finding);
                }
            }
            catch (Exception e) when (e is UnexpectedOutcomeException or InvalidOperationException or HttpRequestException or IOException)
            {
                failed = true;
                Console.WriteLine($"  FAILED: {e.Message}");
            }
        }

        var after = Load();
        Console.WriteLine();
        Console.WriteLine($"{Count(findings, Verdict.Met)} goals met, {Count(findings, Verdict.Missed)} missed, {Count(findings, Verdict.Skipped)} skipped; load of the machine after: {after}");
        if (json is not null)
            await File.WriteAllTextAsync(json.FullName, JsonSerializer.Serialize(new { machine, load_before = before, load_after = after, quick, findings }, s_json) + "\n", ct);
        return failed ? 1 : 0;
    }

    private static void Print(Finding f)
    {
        if (f.Figure is not { } figure)
        {
            Console.WriteLine($"  {f.What}: SKIPPED, {f.Note}");
            return;
        }

        var beside = f.Beside is null ? "" : $"; {f.Beside} {Number(f.BesideFigure ?? 0)} {f.Unit}{(f.Ratio is { } ratio ? $", ratio {ratio.ToString("0.00", CultureInfo.InvariantCulture)}" : "")}";
        Console.WriteLine($"  {f.What}: {Number(figure)} {f.Unit}{beside}");
        if (f.Goal is not null)
            Console.WriteLine($"    goal: {f.Goal}: {(f.Verdict == Verdict.Met ? "met" : "MISSED")}");
        if (f.Note is not null)
            Console.WriteLine($"    {f.Note}");
    }

    private static int Count(List<Finding> findings, string verdict) => findings.Count(f => f.Verdict == verdict);

    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static async Task<string> MachineAsync(BenchContext context, CancellationToken ct)
    {
        var node = NodeScript.IsInstalled ? (await Command.RunAsync("node", ["--version"], context.Programs.Root, ct)).Output.Trim() : "none";
        return $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, Node.js {node}";
    }

    /// <summary>Processes that ran or wanted to, mean of the last minute; a machine that is busy with others has more of them than cores.</summary>
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
