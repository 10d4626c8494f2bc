using System.Globalization;
using AgentKeys.Hosting;

namespace AgentKeys.Signer;

/// <summary>Which epochs can be served; a person compares them with the chain's before advancing it.</summary>
internal sealed class RingReadinessCheck(KeyRing ring) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var epochs = ring.Epochs;
            var details = new Dictionary<string, string> { ["epochs"] = string.Join(',', epochs.Select(e => e.ToString(CultureInfo.InvariantCulture))) };
            return ValueTask.FromResult(new ReadinessReport("ring", epochs.Count > 0, details));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Keys that are loaded serve on; a new epoch could not be taken up.
            return ValueTask.FromResult(new ReadinessReport("ring", false, new Dictionary<string, string> { ["reason"] = e.GetType().Name }));
        }
    }
}
