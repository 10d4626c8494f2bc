using System.CommandLine;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>The terms of a grant on the command line.</summary>
internal sealed class GrantOptions
{
    private readonly Option<string[]> _classes = new("--class") { Description = "Data classes: credentials (default), memory, audit, email.", HelpName = "CLASS", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => ["credentials"] };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Fetching only." };
    private readonly Option<string?> _lasts = new("--for") { Description = "How long: 30m, 12h, 7d, 4w. Default: no end.", HelpName = "TIME" };
    private readonly Option<uint?> _maxCalls = new("--max-calls") { Description = "Uses per period.", HelpName = "N" };
    private readonly Option<string?> _per = new("--per") { Description = "The period of --max-calls: 1h, 1d.", HelpName = "TIME" };

    public IEnumerable<Symbol> All => [_classes, _readOnly, _lasts, _maxCalls, _per];

    /// <exception cref="CliException">terms that are none.</exception>
    public GrantTerms Read(CommandContext context)
    {
        var (calls, per) = (context.Get(_maxCalls), context.Get(_per));
        if (calls is null != per is null)
            throw CliException.Usage("--max-calls and --per go together.", "--max-calls 100 --per 1h");
        if (calls == 0)
            throw CliException.Usage("--max-calls is at least 1.", "to give nothing: agentkeys scope revoke NAME");
        return new GrantTerms(Mask(context.Get(_classes) ?? []), context.Get(_readOnly), ExpiresAt(context), calls ?? 0, per is null ? 0 : (uint)Seconds(per, "--per", uint.MaxValue));
    }

    private static byte Mask(string[] classes)
    {
        byte mask = 0;
        foreach (var name in classes)
            mask |= DataClasses.TryParse(name, out var dataClass) ? dataClass.MaskBit() : throw CliException.Usage($"There is no data class {name}.", "one of credentials, memory, audit, email");
        return mask;
    }

    private ulong ExpiresAt(CommandContext context) =>
        context.Get(_lasts) is { } lasts ? (ulong)context.Edges.Time.GetUtcNow().ToUnixTimeSeconds() + (ulong)Seconds(lasts, "--for", long.MaxValue) : 0;

    private static long Seconds(string text, string option, long max) =>
        Duration.TryParse(text, out var duration) && (long)duration.TotalSeconds <= max
            ? (long)duration.TotalSeconds
            : throw CliException.Usage($"{option} takes a duration: a whole number and s, m, h, d or w.", $"{option} 7d");
}
