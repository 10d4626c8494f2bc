using AgentKeys.Chain;

namespace AgentKeys.Benchmarks;

/// <summary>What a decision needs from the chain: in one call, in one call for 64 decisions, and fact by fact; then by each chain client.</summary>
internal static class ChainBench
{
    private const string Name = "chain";
    private const int Batch = IRegistryReader.MaxQueries;

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        var stack = await context.StackAsync(ct);
        using var http = HttpLoad.NewClient();
        using var agent = await stack.LoginAsync(http, ct);
        var reader = stack.Chain.Reader;
        var query = BenchStack.Query(agent);
        var batch = Enumerable.Repeat(query, Batch).ToList();

        var times = await context.Measure.MicrosecondsAsync(
            context.Measure.Turn(() => reader.GetFactsAsync(query, ct)),
            context.Measure.Turn(() => reader.GetFactsAsync(batch, ct)),
            context.Measure.Turn(async () =>
            {
                await reader.GetDeviceAsync(query.Device, ct);
                await reader.GetOperatorAsync(query.Operator, ct);
                await reader.GetScopeAsync(query.Actor, ct);
                await reader.GetHeadAsync(ct);
            }));
        var each = times[1] / Batch;
        return
        [
            new Finding(Name, "all facts of a decision, one eth_call")
            {
                Figure = times[0] / 1000, Unit = "ms", Beside = "four of them, a call each", BesideFigure = times[2] / 1000, Ratio = times[0] / times[2],
                Note = "fact by fact they would also be of different blocks",
            },
            new Finding(Name, "of a decision among 64 in one eth_call") { Figure = each / 1000, Unit = "ms", Beside = "alone", BesideFigure = times[0] / 1000, Ratio = each / times[0] },
            .. await ChainClientBench.RunAsync(context, stack, query, Name, ct),
        ];
    }
}
