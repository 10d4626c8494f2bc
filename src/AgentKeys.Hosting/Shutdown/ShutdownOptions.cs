using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentKeys.Hosting;

/// <summary>Section <c>AgentKeys:Shutdown</c>.</summary>
public sealed class ShutdownOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Shutdown";

    [Description("Seconds after the signal to stop in which everything is still served while /readyz says 503, so that a balancer can look away: 0 to 300.")]
    public int DrainSeconds { get; set; }

    [Description("Seconds after that in which requests that run may end; then they are cut off: 1 to 300.")]
    public int FinishSeconds { get; set; } = 15;

    /// <summary>From the signal to the end, at most; read by hand, since the host wants it before settings are judged.</summary>
    internal static TimeSpan WholeOf(IConfiguration configuration)
    {
        var options = new ShutdownOptions();
        int Read(string setting, int fallback) =>
            int.TryParse(configuration[$"{Section}:{setting}"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Math.Min(seconds, 300) : fallback;
        return TimeSpan.FromSeconds(Read(nameof(DrainSeconds), options.DrainSeconds) + Read(nameof(FinishSeconds), options.FinishSeconds));
    }

    internal TimeSpan Drain => TimeSpan.FromSeconds(DrainSeconds);

    public void Validate(SettingErrors errors)
    {
        errors.Require(DrainSeconds is >= 0 and <= 300, nameof(DrainSeconds), "0 to 300");
        errors.Require(FinishSeconds is >= 1 and <= 300, nameof(FinishSeconds), "1 to 300");
    }
}
