using System.Globalization;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>One wrong move that was made, and the one answer that counts.</summary>
/// <param name="Tried">the kind of move; one line of the table.</param>
/// <param name="Move">which of them.</param>
/// <param name="RefusedBy">who answered; one column of the table.</param>
internal sealed record Attack(string Tried, string Move, string RefusedBy, string Code)
{
    public const string Broker = "broker", Signer = "signer";

    /// <summary>A worker has its class's name.</summary>
    public static IReadOnlyList<string> Verifiers { get; } = [Broker, .. Scene.Classes.Select(c => c.Name()), Signer];
}

/// <summary>What was tried and what came of it. Only moves that were refused as they must be are in it: any other answer fails the step.</summary>
internal sealed class AttackLog
{
    private readonly List<Attack> _attacks = [];

    public IReadOnlyList<Attack> Attacks => _attacks;

    /// <summary>Exactly this code, and nothing else passes for it.</summary>
    public async Task RefusedAsync(string tried, string move, string refusedBy, string code, Task<RawAnswer> answer)
    {
        var actual = (await answer).Code;
        if (actual != code)
            throw new UnexpectedOutcomeException($"{tried} ({move}): the {refusedBy} should refuse with {code}, and the answer was {actual}");
        _attacks.Add(new Attack(tried, move, refusedBy, code));
    }

    /// <summary>The unbent move: what the next ones change one thing of.</summary>
    public static async Task<RawAnswer> AllowedAsync(string what, Task<RawAnswer> answer)
    {
        var done = await answer;
        return done.Code == RawAnswer.Ok ? done : throw new UnexpectedOutcomeException($"{what} should be allowed, and the answer was {done.Code}");
    }

    /// <summary>Of many at once exactly one is allowed, all others are refused with the code.</summary>
    public async Task OneWinsAsync(string tried, string refusedBy, string code, IReadOnlyList<RawAnswer> answers)
    {
        if (answers.Count(a => a.Code == RawAnswer.Ok) != 1)
            throw new UnexpectedOutcomeException($"{tried}: of {answers.Count} at once {answers.Count(a => a.Code == RawAnswer.Ok)} were allowed");
        foreach (var answer in answers.Where(a => a.Code != RawAnswer.Ok))
            await RefusedAsync(tried, "at once", refusedBy, code, Task.FromResult(answer));
    }

    /// <summary>One line a kind of move and code, in the order in which they were tried; for each verifier how many it refused.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows()
    {
        yield return ["tried", "code", .. Attack.Verifiers];
        foreach (var line in _attacks.GroupBy(a => (a.Tried, a.Code)))
        {
            yield return
            [
                line.Key.Tried, line.Key.Code,
                .. Attack.Verifiers.Select(v => line.Count(a => a.RefusedBy == v)).Select(n => n == 0 ? "" : n.ToString(CultureInfo.InvariantCulture)),
            ];
        }
    }

    /// <summary>The rows as text: two columns of words, the others of numbers.</summary>
    public IEnumerable<string> Table()
    {
        var rows = Rows().ToList();
        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(r => r[column].Length)).ToList();
        return rows.Select(row => ("    " + string.Join("  ", row.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))).TrimEnd());
    }
}
