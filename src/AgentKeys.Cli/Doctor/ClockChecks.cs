using System.Globalization;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>This machine's clock against the broker's and the chain's. Proofs are good from 60 seconds ago to 5 seconds ahead.</summary>
internal static class ClockChecks
{
    private const string Set = "set this machine's clock, or have it set: timedatectl set-ntp true";

    /// <summary>A Date header has whole seconds, and an answer takes a moment.</summary>
    private static readonly TimeSpan s_grain = TimeSpan.FromSeconds(2);

    /// <param name="broker">its Date header; null: it sent none.</param>
    public static Finding Broker(DateTimeOffset? broker, DateTimeOffset now)
    {
        if (broker is not { } theirs)
            return Finding.Warn("clock", "the broker did not say its time", "compare the clocks by hand");
        var ahead = now - theirs;
        if (ahead > ProofOfPossession.MaxAhead + s_grain)
            return Finding.Fail("clock", $"this machine is {Seconds(ahead)} ahead of the broker: its proofs are refused", Set);
        if (ahead < -ProofOfPossession.MaxAge)
            return Finding.Fail("clock", $"this machine is {Seconds(-ahead)} behind the broker: its proofs are refused", Set);
        return ahead < -ProofOfPossession.MaxAhead
            ? Finding.Warn("clock", $"this machine is {Seconds(-ahead)} behind the broker", Set)
            : Finding.Ok("clock", "as the broker's");
    }

    public static Finding Head(ChainHead head, ChainProfile profile, DateTimeOffset now)
    {
        var age = now - DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(head.Timestamp, 253402300799));
        var block = string.Create(CultureInfo.InvariantCulture, $"block {head.Number}");
        if (age < -ProofOfPossession.MaxAge)
        {
            return profile.Blocks == BlockProduction.OnDemand
                ? Finding.Warn("chain-head", $"{block} is {Seconds(-age)} in the future of this machine", "if nobody moved the dev chain's clock on: " + Set)
                : Finding.Fail("chain-head", $"{block} is {Seconds(-age)} in the future of this machine", Set);
        }
        if (profile.MaxHeadAgeSeconds is { } limit && age.TotalSeconds > limit)
            return Finding.Fail("chain-head", $"{block} is {Seconds(age)} old: the node lags, or this clock is ahead", "another node in rpc_urls; decisions would be refused with chain_stale");
        return Finding.Ok("chain-head", profile.Blocks == BlockProduction.OnDemand ? $"{block}; this chain makes one when there is a transaction" : $"{block}, {Seconds(age)} old");
    }

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0} s");
}
