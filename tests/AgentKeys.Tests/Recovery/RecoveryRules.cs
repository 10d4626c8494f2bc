using Xunit;

namespace AgentKeys.Tests.Recovery;

/// <summary>
/// Does recovery keep what it promises? Answered by playing every game there is on small operators, every call judged by the
/// reference model. <c>AGENTKEYS_LONG=1</c>: four masters where three are usual.
/// </summary>
public sealed class RecoveryRules
{
    private const byte R = 3;
    private const byte All = 7;

    private static readonly bool Long = Environment.GetEnvironmentVariable("AGENTKEYS_LONG") == "1";

    private readonly SmallWorld _world = new();

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void An_owner_who_looks_once_per_delay_gets_rid_of_a_stolen_master(int masters, byte threshold)
    {
        foreach (var board in Mixes(masters, threshold))
        {
            for (var stolen = 0; stolen < masters; stolen++)
            {
                var (ending, rounds) = Play(board, stolen: 1 << stolen, masters);
                Assert.True(ending == Ending.Owner && rounds <= 3, $"{board}, {stolen} stolen: {ending} after {rounds}");
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void With_as_many_masters_as_the_threshold_a_stolen_one_can_only_stall(int masters)
    {
        foreach (var board in Mixes(masters, (byte)masters))
            Assert.Equal((Ending.Stall, 0), Play(board, stolen: 1, masters));
    }

    [Fact]
    public void With_two_and_two_the_thief_never_gives_himself_anything()
    {
        var game = new RecoveryGame(_world, owner: 0b10, thief: 0b01);
        Assert.All(game.Explore(Board.Of(2, 2, All, All)), b => Assert.True(b.Count(0b01, Board.ScopeMgmt) < b.GrantThreshold));
        Assert.True(Board.Of(2, 1, All, All) is var careless && careless.Count(0b01, Board.ScopeMgmt) >= careless.GrantThreshold);
    }

    [Theory]
    [InlineData(2, 2, 1, 1)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(3, 3, 1, 1)]
    [InlineData(3, 2, 2, 2)]
    public void A_lost_master_costs_at_most_one_delay_each(int masters, byte threshold, int lost, int delays)
    {
        foreach (var board in Mixes(masters, threshold))
        {
            var atHand = Everybody(masters) & ~Everybody(lost);
            Assert.Equal(delays, DelaysToEverything(board, atHand));
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void An_owner_who_looks_away_for_one_delay_is_not_taken_over_and_one_who_never_looks_is_device_by_device(int masters, byte threshold)
    {
        // The rule: an execution leaves the threshold at the lesser of itself and who is left.
        var board = Board.Of(threshold, 1, [.. Enumerable.Repeat(All, masters)]);
        for (var delays = 0; delays < masters - 1; delays++)
            Assert.False(TakesOverUnseen(board, delays), $"{masters} masters, threshold {threshold}, {delays} delays");
        Assert.True(TakesOverUnseen(board, masters - 1));
    }

    [Fact]
    public void One_look_after_one_missed_delay_still_ends_no_worse_than_a_stall()
    {
        foreach (var seen in _world.Reach(Board.Of(2, 1, All, All, All), 0b001).Select(SmallWorld.Wait).SelectMany(b => _world.Reach(b, 0b001)).Distinct())
            Assert.NotEqual(Ending.Thief, new RecoveryGame(_world, owner: 0b110, thief: 0b001).Solve(seen).Ending);
    }

    [Fact]
    public void With_threshold_one_any_recovery_master_is_everything_at_once()
    {
        var board = Board.Of(1, 1, R, All, All);
        Assert.Equal((Ending.Thief, 1), Play(board, stolen: 1, masters: 3));
        Assert.Contains(_world.Reach(board, 0b001), b => !b.HasActive(0b110) && b.HasEverything(0b001));
    }

    [Fact]
    public void A_quorum_is_everything_at_once()
    {
        foreach (var board in Valid(3).Where(b => b.IsQuorum(0b011) && b.HasActive(0b100)))
            Assert.Contains(_world.Reach(board, 0b011), b => !b.HasActive(0b100) && b.HasEverything(0b011));
    }

    [Fact]
    public void Whoever_has_one_recovery_master_left_reaches_everything_again_from_every_valid_state()
    {
        var masters = Long ? 4 : 3;
        foreach (var board in Valid(masters))
        {
            for (var atHand = 1; atHand <= Everybody(masters); atHand++)
            {
                if (board.Count(atHand, Board.Recovery) > 0)
                    Assert.True(DelaysToEverything(board, atHand) is not null, $"bricked: {board}, at hand {atHand:b}");
            }
        }
    }

    [Fact]
    public void Whoever_has_no_recovery_master_changes_nothing()
    {
        foreach (var board in Valid(3))
        {
            for (var slots = 0; slots <= Everybody(3); slots++)
            {
                if (board.Count(slots, Board.Recovery) == 0)
                    Assert.Empty(_world.StepsOf(board, slots));
            }
        }
    }

    private (Ending Ending, int Rounds) Play(Board board, int stolen, int masters) =>
        new RecoveryGame(_world, owner: Everybody(masters) & ~stolen, thief: stolen).Solve(board);

    /// <summary>Masters that all have RECOVERY, with and without SCOPE_MGMT, every grant threshold.</summary>
    private static IEnumerable<Board> Mixes(int masters, byte threshold) =>
        from mix in Enumerable.Range(0, 1 << masters)
        from grant in Enumerable.Range(1, Long ? masters : 2)
        select Board.Of(threshold, (byte)grant, [.. Enumerable.Range(0, masters).Select(s => ((mix >> s) & 1) != 0 ? All : R)]);

    /// <summary>Every state that the rules allow, without open proposals.</summary>
    private static IEnumerable<Board> Valid(int masters) =>
        from mix in Enumerable.Range(0, (int)Math.Pow(5, masters))
        let roles = Enumerable.Range(0, masters).Select(s => (byte)(mix / (int)Math.Pow(5, s) % 5 is var r and < 4 ? 2 * r + 1 : 0)).ToArray()
        from recovery in Enumerable.Range(1, masters)
        from grant in Enumerable.Range(1, masters)
        let board = Board.Of((byte)recovery, (byte)grant, roles)
        where board.Count(-1, Board.Recovery) >= recovery
        select board;

    private static int Everybody(int masters) => (1 << masters) - 1;

    /// <summary>How many delays somebody who is alone needs until every operation is open to him; null: for ever.</summary>
    private int? DelaysToEverything(Board start, int atHand)
    {
        var seen = new HashSet<Board>();
        var sitting = new HashSet<Board> { start };
        for (var delays = 0; sitting.Count > 0; delays++)
        {
            var next = new HashSet<Board>();
            foreach (var board in sitting)
            {
                foreach (var reached in _world.Reach(board, atHand))
                {
                    if (reached.HasEverything(atHand))
                        return delays;
                    if (SmallWorld.Wait(reached) is var later && seen.Add(later))
                        next.Add(later);
                }
            }

            sitting = next;
        }

        return null;
    }

    /// <summary>Whether the thief of slot 0 has a quorum after so many delays that nobody looked.</summary>
    private bool TakesOverUnseen(Board start, int delays)
    {
        var boards = new HashSet<Board> { start };
        for (var passed = 0; ; passed++)
        {
            boards = [.. boards.SelectMany(b => _world.Reach(b, 0b1))];
            if (boards.Any(b => b.IsQuorum(0b1)))
                return true;
            if (passed == delays)
                return false;
            boards = [.. boards.Select(SmallWorld.Wait)];
        }
    }
}
