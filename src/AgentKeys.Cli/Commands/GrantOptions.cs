using System.CommandLine;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>The terms of a grant on the command line. What is not said stays as it stands; a new grant has the defaults.</summary>
internal sealed class GrantOptions
{
    private const string ForEver = "ever";

    private readonly Option<string[]> _classes = new("--class") { Description = "Data classes: credentials, memory, audit, email. Default of a new grant: credentials.", HelpName = "CLASS", AllowMultipleArgumentsPerToken = false };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Fetching only." };
    private readonly Option<bool> _readWrite = new("--read-write") { Description = "Fetching, storing and deleting; the default of a new grant." };
    private readonly Option<string?> _lasts = new("--for") { Description = "How long from now: 30m, 12h, 7d, 4w; `ever` takes an end away. Default of a new grant: no end.", HelpName = "TIME" };
    private readonly Option<uint?> _maxCalls = new("--max-calls") { Description = "Uses per period.", HelpName = "N" };
    private readonly Option<string?> _per = new("--per") { Description = "The period of --max-calls: 1h, 1d.", HelpName = "TIME" };
    private readonly Option<bool> _noLimit = new("--no-limit") { Description = "Take a limit of uses away." };

    public IEnumerable<Symbol> All => [_classes, _readOnly, _readWrite, _lasts, _maxCalls, _per, _noLimit];

    /// <exception cref="CliException">terms that are none.</exception>
    public GrantTerms Read(CommandContext context)
    {
        var (calls, per) = (context.Get(_maxCalls), context.Get(_per));
        if (calls is null != per is null)
            throw CliException.Usage("--max-calls and --per go together.", "--max-calls 100 --per 1h");
        if (calls == 0)
            throw CliException.Usage("--max-calls is at least 1.", "to give nothing: agentkeys scope revoke NAME");
        if (calls is not null && context.Get(_noLimit))
            throw CliException.Usage("--max-calls and --no-limit exclude each other.");
        if (context.Get(_readOnly) && context.Get(_readWrite))
            throw CliException.Usage("--read-only and --read-write exclude each other.");
        return new GrantTerms(
            context.Get(_classes) is { Length: > 0 } classes ? Mask(classes) : null,
            context.Get(_readOnly) ? true : context.Get(_readWrite) ? false : null,
            ExpiresAt(context),
            context.Get(_noLimit) ? (0, 0) : calls is { } count ? (count, (uint)Seconds(per!, "--per", uint.MaxValue)) : null);
    }

    private static byte Mask(string[] classes)
    {
        byte mask = 0;
        foreach (var name in classes)
            mask |= DataClasses.TryParse(name, out var dataClass) ? dataClass.MaskBit() : throw CliException.Usage($"There is no data class {name}.", "one of credentials, memory, audit, email");
        return mask;
    }

    private ulong? ExpiresAt(CommandContext context) => context.Get(_lasts) switch
    {
        null => null,
        ForEver => 0,
        var lasts => (ulong)context.Edges.Time.GetUtcNow().ToUnixTimeSeconds() + (ulong)Seconds(lasts, "--for", long.MaxValue),
    };

    private static long Seconds(string text, string option, long max) =>
        Duration.TryParse(text, out var duration) && (long)duration.TotalSeconds <= max
            ? (long)duration.TotalSeconds
            : throw CliException.Usage($"{option} takes a duration: a whole number and s, m, h, d or w.", $"{option} 7d");
}
