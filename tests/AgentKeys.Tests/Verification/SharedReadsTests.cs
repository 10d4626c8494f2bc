using System.Collections.Concurrent;
using System.Diagnostics;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Verification;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>What is asked while an endpoint is busy goes out together, after it was asked, and each gets its own answer.</summary>
public sealed class SharedReadsTests
{
    private const int Most = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Sent> _sent = [];
    private SharedReads _reads;

    public SharedReadsTests() => _reads = Reads(Timeout.InfiniteTimeSpan);

    [Fact]
    public async Task A_question_to_an_idle_endpoint_goes_out_at_once_and_alone()
    {
        for (var i = 0; i < 2 * SharedReads.MostUnderWay; i++)
        {
            var asking = Ask(i);
            await Answer(i, i);
            await AssertOwn(asking, i);
        }
    }

    [Fact]
    public async Task What_is_asked_meanwhile_goes_out_together_when_one_ends()
    {
        var first = AskAll(0, SharedReads.MostUnderWay);
        var waiting = AskAll(10, Most + 1);
        Assert.Equal(SharedReads.MostUnderWay, _sent.Count);

        await Answer(0, 0);
        await AssertOwn(first[0], 0);
        await Answer(1, 1);
        await AssertOwn(first[1], 1);
        var (together, rest) = (await SentAs(2), await SentAs(3));
        Assert.Equal([10, 11, 12], together.Numbers);
        Assert.Equal([13], rest.Numbers);
        Assert.DoesNotContain(waiting, w => w.IsCompleted);

        together.AnswerAll();
        rest.AnswerAll();
        for (var i = 0; i < waiting.Count; i++)
            await AssertOwn(waiting[i], 10 + i);
        Assert.Equal(4, _sent.Count);
    }

    [Fact]
    public async Task No_more_than_a_few_are_under_way_and_all_places_come_back()
    {
        for (var (round, sent) = (0, 0); round < 3; round++)
        {
            var asking = AskAll(0, 20);
            for (var answered = 0; answered < asking.Count; sent++)
            {
                var next = await SentAs(sent);
                Assert.InRange(_sent.Count - sent, 1, SharedReads.MostUnderWay);
                next.AnswerAll();
                foreach (var number in next.Numbers)
                    await AssertOwn(asking[number], number);
                answered += next.Numbers.Length;
            }
        }
    }

    [Fact]
    public async Task A_question_that_failed_fails_those_who_asked_it_and_no_other()
    {
        var first = AskAll(0, SharedReads.MostUnderWay);
        var waiting = AskAll(10, 2);
        (await SentAs(0)).Fail(new IOException("one"));
        Assert.Equal("one", (await Assert.ThrowsAsync<IOException>(() => first[0])).Message);
        var late = Ask(20);
        (await SentAs(2)).Fail(new IOException("together"));
        foreach (var asking in waiting)
            Assert.Equal("together", (await Assert.ThrowsAsync<IOException>(() => asking)).Message);
        await Answer(1, 1);
        await Answer(3, 20);
        await AssertOwn(first[1], 1);
        await AssertOwn(late, 20);
    }

    [Fact]
    public async Task Who_gave_up_is_not_asked_for_and_holds_nobody_up()
    {
        using var cancel = new CancellationTokenSource();
        var (gone, waiting) = AskWithOneWhoGoes(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await Answer(0, 0);
        await Answer(2, 11);
        await AssertOwn(waiting, 11);
    }

    [Fact]
    public async Task One_who_gives_up_ends_no_question_of_others()
    {
        using var cancel = new CancellationTokenSource();
        var (gone, waiting) = AskWithOneWhoGoes(cancel.Token);
        await Answer(0, 0);
        var together = await SentAs(2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(together.Cancel.IsCancellationRequested);
        together.AnswerAll();
        await AssertOwn(waiting, 11);
    }

    /// <summary>Two questions that hang, a lost packet each, hold nobody up for the whole deadline.</summary>
    [Fact]
    public async Task Who_has_waited_long_enough_goes_alone()
    {
        _reads = Reads(TimeSpan.FromMilliseconds(20));
        var first = AskAll(0, SharedReads.MostUnderWay);
        var (waiting, other) = (Ask(10), Ask(11));
        var (one, two) = (await SentAs(2), await SentAs(3));
        Assert.Equal([10, 11], one.Numbers.Concat(two.Numbers).Order());
        one.AnswerAll();
        two.AnswerAll();
        await AssertOwn(waiting, 10);
        await AssertOwn(other, 11);

        // Nobody waits any more: nothing more goes out, and the places come back.
        await Answer(0, 0);
        await AssertOwn(first[0], 0);
        var next = Ask(12);
        await Answer(4, 12);
        await AssertOwn(next, 12);
        Assert.Equal(5, _sent.Count);
    }

    private SharedReads Reads(TimeSpan patience) => new(async (query, cancel) => (await Send([query], cancel))[0], Send, Most, patience);

    /// <summary>All places taken, and two who wait: the first, 10, under this token.</summary>
    private (Task<EndpointAnswer> Gone, Task<EndpointAnswer> Waiting) AskWithOneWhoGoes(CancellationToken cancellationToken)
    {
        AskAll(0, SharedReads.MostUnderWay);
        return (_reads.ReadAsync(Query(10), cancellationToken), Ask(11));
    }

    private Task<EndpointAnswer> Ask(int number) => _reads.ReadAsync(Query(number), default);

    private List<Task<EndpointAnswer>> AskAll(int from, int count) => [.. Enumerable.Range(from, count).Select(Ask)];

    private static async Task AssertOwn(Task<EndpointAnswer> asking, int number) =>
        Assert.Equal((ulong)number, (await asking.WaitAsync(s_patience)).Latest.Head.Number);

    /// <summary>The question that went out as this one, from 0.</summary>
    private async Task<Sent> SentAs(int index)
    {
        for (var started = Stopwatch.StartNew(); _sent.Count <= index; await Task.Delay(1))
            Assert.True(started.Elapsed < s_patience, $"only {_sent.Count} went out");
        return _sent.ElementAt(index);
    }

    private async Task Answer(int index, params int[] numbers)
    {
        var sent = await SentAs(index);
        Assert.Equal(numbers, sent.Numbers);
        sent.AnswerAll();
    }

    private Task<IReadOnlyList<EndpointAnswer>> Send(IReadOnlyList<FactsQuery> queries, CancellationToken cancellationToken)
    {
        var sent = new Sent([.. queries.Select(q => q.Device.Value.ToArray()[31])], cancellationToken);
        _sent.Enqueue(sent);
        return sent.Answer.Task;
    }

    private static FactsQuery Query(int number)
    {
        var word = new byte[32];
        word[31] = (byte)number;
        return new FactsQuery { Device = new DeviceKeyHash(new Bytes32(word)) };
    }

    /// <summary>A question under way.</summary>
    private sealed record Sent(int[] Numbers, CancellationToken Cancel)
    {
        public TaskCompletionSource<IReadOnlyList<EndpointAnswer>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void AnswerAll() => Answer.SetResult([.. Numbers.Select(Facts)]);

        public void Fail(Exception error) => Answer.SetException(error);

        private static EndpointAnswer Facts(int number)
        {
            var facts = new FakeRegistry(TimeProvider.System).GetFactsAsync(new FactsQuery(), default).GetAwaiter().GetResult();
            return new EndpointAnswer(facts with { Head = facts.Head with { Number = (ulong)number } }, null);
        }
    }
}
