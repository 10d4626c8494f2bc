using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset s_moment = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "2026-02-03 04:05:06 UTC")]
    [InlineData(2, "2026-02-03 06:05:06 +02:00")]
    [InlineData(-3, "2026-02-03 01:05:06 -03:00")]
    public void A_moment_is_shown_in_the_zone_of_whoever_sits_here(int hours, string shown) =>
        Assert.Equal(shown, Moments.Local(s_moment, new TimeIn(TimeSpan.FromHours(hours))));

    private sealed class TimeIn(TimeSpan offset) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("here", offset, "here", "here");
    }
}
