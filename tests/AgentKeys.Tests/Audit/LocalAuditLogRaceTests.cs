using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using Xunit;
using static AgentKeys.Testing.Audit.AuditActs;

namespace AgentKeys.Tests.Audit;

/// <summary>A thousand at once: the conditions stay exact, and the file says the same afterwards.</summary>
public sealed class LocalAuditLogRaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Conditions_are_exact_under_load()
    {
        await using (var log = (await LocalAuditLog.CreateAsync(Options(_folder.Path, _time))).Value)
        {
            var proofs = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Run(log, Store(i) with { Proof = new ProofUse(Fill(7), $"p{i % 100}") })));
            Assert.Equal(100, proofs.Count(code => code is null));
            Assert.All(proofs, code => Assert.True(code is null or RefusalCode.ProofReplayed));

            var caps = await Task.WhenAll(Enumerable.Range(1000, 1000).Select(i => Run(log, Store(i) with { Cap = new CapUse($"c{i % 100}", true) })));
            Assert.Equal(100, caps.Count(code => code is null));
            Assert.All(caps, code => Assert.True(code is null or RefusalCode.CapReplayed));

            var quota = new QuotaUse(1, 137, 3600);
            var calls = await Task.WhenAll(Enumerable.Range(2000, 1000).Select(i => Run(log, Fetch(i) with { Quota = quota })));
            Assert.Equal(137, calls.Count(code => code is null));
            Assert.All(calls, code => Assert.True(code is null or RefusalCode.QuotaExceeded));
            Assert.Equal(1ul + 337, log.Status.Records);
        }

        await using var again = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
        Assert.Equal(338ul, again.Status.Records);
        Assert.Equal(RefusalCode.QuotaExceeded, await Run(again, Fetch(5000) with { Quota = new QuotaUse(1, 137, 3600) }));
    }

    [Fact]
    public async Task Waiting_appends_share_a_sync()
    {
        await using (await LocalAuditLog.OpenOrCreateAsync(Options(_folder.Path, _time)))
        {
        }
        var syncs = 0;
        await using var log = LocalAuditLog.OpenWithFaults(Options(_folder.Path, _time), (step, after) =>
        {
            if (step == AgentKeys.Audit.Log.AuditLogStep.SyncLog && after)
                Interlocked.Increment(ref syncs);
        });
        var codes = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Run(log, Store(i))));
        Assert.All(codes, code => Assert.Null(code));
        Assert.InRange(syncs, 1, 250);
    }

    private static async Task<RefusalCode?> Run(LocalAuditLog log, AuditAuthorization act)
    {
        await Task.Yield();
        return (await log.AuthorizeAsync(act, default)).IsOk(out _, out var refusal) ? null : refusal.Code;
    }
}
