using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Signer;

/// <summary>Which epochs can be served, and whether the chain's is among them: without it nothing new can be sealed.</summary>
internal sealed class RingReadinessCheck(KeyRing ring, IFactsSource facts) : IReadinessCheck
{
    public async ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var epochs = ring.Epochs;
            var details = new Dictionary<string, string> { ["epochs"] = string.Join(',', epochs.Select(Text)) };
            var judged = await facts.JudgeAsync(new FactsQuery(), _ => null, minBlock: 0, cancellationToken);
            if (!judged.IsOk(out var found, out _))
                return new ReadinessReport("ring", epochs.Count > 0, details); // the chain has a check of its own
            details["chainEpoch"] = Text(found.Epoch);
            if (epochs.Contains(found.Epoch))
                return new ReadinessReport("ring", true, details);
            details["reason"] = RefusalCode.K3EpochPending.Name();
            return new ReadinessReport("ring", false, details);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Keys that are loaded serve on; a new epoch could not be taken up.
            return new ReadinessReport("ring", false, new Dictionary<string, string> { ["reason"] = e.GetType().Name });
        }
    }

    private static string Text(ulong epoch) => epoch.ToString(CultureInfo.InvariantCulture);
}
