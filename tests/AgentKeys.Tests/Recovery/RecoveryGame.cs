namespace AgentKeys.Tests.Recovery;

/// <summary>How a game ends when both sides play as well as can be.</summary>
internal enum Ending
{
    /// <summary>The owner gets rid of the thief and can do everything again.</summary>
    Owner,

    /// <summary>The thief gets a recovery quorum, which is everything.</summary>
    Thief,

    /// <summary>Neither can force it, however long they play.</summary>
    Stall,
}

/// <summary>
/// The thief moves first, as often as he likes; then the owner looks and moves as often as he likes; then one delay passes. Each knows
/// everything. Solved for every board that play can reach: no strategy is assumed.
/// </summary>
/// <param name="owner">Slots, one bit each, of the owner's masters at hand. Slots of neither side are lost.</param>
internal sealed class RecoveryGame(SmallWorld world, int owner, int thief)
{
    private readonly Dictionary<Board, List<Board>> _thiefTurns = [];
    private readonly Dictionary<Board, List<Board>> _ownerTurns = [];

    /// <summary>How it ends, and after how many rounds if somebody wins.</summary>
    public (Ending Ending, int Rounds) Solve(Board start)
    {
        var boards = Explore(start);
        if (Force(boards, start, OwnerForces) is { } owned)
            return (Ending.Owner, owned);
        return Force(boards, start, ThiefForces) is { } taken ? (Ending.Thief, taken) : (Ending.Stall, 0);
    }

    /// <summary>Every board at whose sight the thief may be to move, until one of them has won.</summary>
    public HashSet<Board> Explore(Board start)
    {
        var seen = new HashSet<Board> { start };
        var rest = new Queue<Board>([start]);
        while (rest.TryDequeue(out var board))
        {
            foreach (var next in ThiefTurns(board).Where(b => !b.IsQuorum(thief)).SelectMany(OwnerTurns).Where(b => !IsOwners(b)).Select(SmallWorld.Wait).Where(seen.Add))
                rest.Enqueue(next);
        }

        return seen;
    }

    /// <summary>Boards from which a side wins in one round more, until there are no more of them.</summary>
    private static int? Force(HashSet<Board> boards, Board start, Func<Board, HashSet<Board>, bool> forces)
    {
        var won = new HashSet<Board>();
        for (var round = 1; ; round++)
        {
            var more = boards.Where(b => !won.Contains(b) && forces(b, won)).ToList();
            if (more.Count == 0)
                return null;
            won.UnionWith(more);
            if (won.Contains(start))
                return round;
        }
    }

    private bool OwnerForces(Board board, HashSet<Board> won) =>
        ThiefTurns(board).All(t => !t.IsQuorum(thief) && OwnerTurns(t).Any(o => IsOwners(o) || won.Contains(SmallWorld.Wait(o))));

    private bool ThiefForces(Board board, HashSet<Board> won) =>
        ThiefTurns(board).Any(t => t.IsQuorum(thief) || OwnerTurns(t).All(o => !IsOwners(o) && won.Contains(SmallWorld.Wait(o))));

    private bool IsOwners(Board board) => !board.HasActive(thief) && board.HasEverything(owner);

    private List<Board> ThiefTurns(Board board) => Turns(_thiefTurns, board, thief, b => b.IsQuorum(thief));

    private List<Board> OwnerTurns(Board board) => Turns(_ownerTurns, board, owner, IsOwners);

    /// <summary>One won board is enough: who has it wants no other.</summary>
    private List<Board> Turns(Dictionary<Board, List<Board>> known, Board board, int slots, Func<Board, bool> won)
    {
        if (known.TryGetValue(board, out var turns))
            return turns;
        turns = [];
        foreach (var reached in world.Reach(board, slots))
        {
            if (won(reached))
                return known[board] = [reached];
            turns.Add(reached);
        }

        return known[board] = turns;
    }
}
