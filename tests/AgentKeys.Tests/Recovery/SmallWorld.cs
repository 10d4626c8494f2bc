using AgentKeys.Testing.Reference;

namespace AgentKeys.Tests.Recovery;

/// <summary>
/// What somebody who holds some of an operator's masters can make of a board, move by move, as the reference model judges every one.
/// No registrations: they take a recovery quorum, and whoever has that has everything (a test says so). Nor the wallet: it moves nothing here.
/// </summary>
internal sealed class SmallWorld
{
    /// <summary>Of proposals, and the length of their window: one step of time.</summary>
    private const ulong Delay = ReferenceRegistry.Week;

    private const ulong Now = 1_000_000_000;
    private const string Relay = "00000000000000000000000000000000000000aa";

    private static readonly string Operator = Word.Of(1);
    private static readonly string[] Masters = [.. Enumerable.Range(0, Board.Slots).Select(s => Word.Of((ulong)s + 100))];
    private static readonly ModelPasskey[] Passkeys = [.. Enumerable.Range(0, Board.Slots).Select(s => new ModelPasskey(Word.Zero, Word.Of((ulong)s), Word.Zero, Word.Zero, Word.Zero))];
    private static readonly byte[] SomeRoles = [1, 3, 5, 7];

    private readonly Dictionary<(Board, int), List<Board>> _steps = [];

    /// <summary>Boards that one call leads to which these masters can approve, or which needs nobody.</summary>
    public IReadOnlyList<Board> StepsOf(Board board, int slots)
    {
        if (_steps.TryGetValue((board, slots), out var known))
            return known;
        var found = new List<Board>();
        ReferenceRegistry? model = null;
        foreach (var call in CallsOn(board, slots))
        {
            model ??= Arrange(board);
            if (model.Apply(Approve(model, call, slots)).Count > 0)
                continue;
            found.Add(Read(model, board));
            model = null;
        }

        return _steps[(board, slots)] = [.. found.Distinct().Where(b => b != board)];
    }

    /// <summary>All boards that they can reach in one sitting, nearest first, this one included.</summary>
    public IEnumerable<Board> Reach(Board board, int slots)
    {
        var seen = new HashSet<Board> { board };
        var rest = new Queue<Board>([board]);
        while (rest.TryDequeue(out var next))
        {
            yield return next;
            foreach (var step in StepsOf(next, slots).Where(seen.Add))
                rest.Enqueue(step);
        }
    }

    /// <summary>One delay later.</summary>
    public static Board Wait(Board board)
    {
        for (var slot = 0; slot < Board.Slots; slot++)
        {
            if (board.ProposalOf(slot) is { } p)
                board = board.WithProposal(slot, p.Age == 2 ? null : (p.Target, p.Age + 1));
        }

        return board;
    }

    /// <summary>Revocations first: they decide most.</summary>
    private static IEnumerable<Call> CallsOn(Board board, int slots)
    {
        var active = Enumerable.Range(0, Board.Slots).Where(s => board.RolesOf(s) != 0).ToList();
        foreach (var target in active)
            yield return new RevokeMasterDevice(Relay, Masters[target], 0);
        foreach (var proposer in active.Where(s => board.ProposalOf(s) is not null))
        {
            yield return new ExecuteRecovery(Relay, Masters[proposer]);
            yield return new CancelRecovery(Relay, Masters[proposer]);
            yield return new WithdrawRecovery(Relay, Masters[proposer]);
        }

        foreach (var proposer in active.Where(s => ((slots >> s) & 1) != 0))
        {
            foreach (var target in active)
                yield return new ProposeRecovery(Relay, Operator, Masters[target], 0) { Approvals = [Empty(proposer)] };
        }

        foreach (var device in active)
        {
            foreach (var roles in SomeRoles)
                yield return new SetDeviceRoles(Relay, Masters[device], roles);
        }

        for (byte threshold = 1; threshold <= active.Count; threshold++)
        {
            yield return new SetRecoveryThreshold(Relay, Operator, threshold);
            yield return new SetGrantThreshold(Relay, Operator, threshold);
        }
    }

    /// <summary>Approvals of everybody among them who may: more than enough is allowed.</summary>
    private static Call Approve(ReferenceRegistry model, Call call, int slots)
    {
        if (call.Kind is null)
            return call;
        var able = Enumerable.Range(0, Board.Slots).Where(s => ((slots >> s) & 1) != 0 && model.Devices.GetValueOrDefault(Masters[s]) is { IsActiveMaster: true } d && (d.Roles & Board.Recovery) != 0);
        var chosen = call switch
        {
            RevokeMasterDevice c => able.Where(s => Masters[s] != c.Target),
            ProposeRecovery c => able.Where(s => Masters[s] == c.Approvals[0].Device),
            CancelRecovery c => able.Where(s => Masters[s] != c.Proposer).Take(1),
            WithdrawRecovery c => able.Where(s => Masters[s] == c.Proposer),
            _ => able,
        };
        return call with { Approvals = [.. chosen.Select(s => new Approval(Masters[s], Now, new Assertion(Passkeys[s].X, Word.Zero, Word.Zero, Word.Zero, model.StatementFor(call, Masters[s], Now))))] };
    }

    private static Approval Empty(int slot) =>
        new(Masters[slot], Now, new Assertion("", "", "", "", new Statement("", "", "", default, 0, "")));

    private static ReferenceRegistry Arrange(Board board)
    {
        var model = new ReferenceRegistry(Delay, Relay) { Now = Now };
        var op = new ModelOperator(Operator, 1) { Tier = ModelTier.HumanAnchored, RecoveryThreshold = board.RecoveryThreshold, GrantThreshold = board.GrantThreshold };
        model.Operators[Operator] = op;
        for (var slot = 0; slot < Board.Slots; slot++)
        {
            if (board.RolesOf(slot) == 0)
                continue;
            var device = new ModelDevice(Masters[slot], Operator, Operator, ReferenceRegistry.Master, board.RolesOf(slot), 1) { Passkey = Passkeys[slot] };
            model.Devices[device.Hash] = device;
            op.Devices.Add(device);
            if (board.ProposalOf(slot) is { } p)
                model.Open[device.Hash] = new ModelProposal(Operator, Masters[p.Target], 0, Now - (ulong)p.Age * Delay, 0);
        }

        return model;
    }

    private static Board Read(ReferenceRegistry model, Board before)
    {
        var op = model.Operators[Operator];
        var board = new Board(0, 0, op.RecoveryThreshold, op.GrantThreshold);
        for (var slot = 0; slot < Board.Slots; slot++)
        {
            if (model.Devices.GetValueOrDefault(Masters[slot]) is { IsActiveMaster: true } device)
                board = board.WithRoles(slot, device.Roles);
            if (model.Open.GetValueOrDefault(Masters[slot]) is { } open && !model.IsVoid(open))
                board = board.WithProposal(slot, (Array.IndexOf(Masters, open.Target), (int)((Now - open.ProposedAt) / Delay)));
        }

        if (board.RecoveryThreshold < 1 || board.Count(-1, Board.Recovery) < board.RecoveryThreshold)
            throw new InvalidOperationException($"recoveryThreshold is not between 1 and the RECOVERY masters: {before}, then {board}");
        return board;
    }
}
