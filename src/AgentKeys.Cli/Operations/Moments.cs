using System.Globalization;

namespace AgentKeys.Cli;

/// <summary>Moments as people read them; the chain's clock is UTC.</summary>
internal static class Moments
{
    public static string Utc(ulong unixSeconds) =>
        unixSeconds > 253402300799 ? "the end of time" : DateTimeOffset.FromUnixTimeSeconds((long)unixSeconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>In the zone of whoever sits here.</summary>
    public static string Local(DateTimeOffset moment, TimeProvider time)
    {
        var here = TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone);
        return here.ToString(here.Offset == TimeSpan.Zero ? "yyyy-MM-dd HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
    }
}
