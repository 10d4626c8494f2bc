using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// The reads of one endpoint. A few are under way at a time, each a question of its own; what is asked meanwhile waits for the first of them
/// to end, and then goes out together as one. A question is answered only by what was sent after it was asked, so nothing is older
/// than it would be alone. Where those under way hang, who waits goes alone.
/// </summary>
/// <param name="patience">for the others' question to end; then one goes alone.</param>
internal sealed class SharedReads(
    Func<FactsQuery, CancellationToken, Task<EndpointAnswer>> readOne,
    Func<IReadOnlyList<FactsQuery>, CancellationToken, Task<IReadOnlyList<EndpointAnswer>>> readTogether, int mostTogether, TimeSpan patience)
{
    /// <summary>Enough for a node that is far away; a node beside it is asked in larger pieces the busier it is.</summary>
    internal const int MostUnderWay = 2;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private int _underWay;

    public async Task<EndpointAnswer> ReadAsync(FactsQuery query, CancellationToken cancellationToken)
    {
        if (!Enter(query, out var waiting))
        {
            var answer = waiting!.Answer.Task;
            if (await Task.WhenAny(answer, Task.Delay(patience, cancellationToken)) != answer && waiting.TryTake())
            {
                cancellationToken.ThrowIfCancellationRequested();
                return await readOne(query, cancellationToken);
            }
            return await answer.WaitAsync(cancellationToken);
        }
        try
        {
            return await readOne(query, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <returns>whether the question may go out by itself; else it stands in the queue.</returns>
    private bool Enter(FactsQuery query, out Waiting? waiting)
    {
        waiting = null;
        lock (_lock)
        {
            if (_underWay < MostUnderWay)
            {
                _underWay++;
                return true;
            }
            _waiting.Enqueue(waiting = new Waiting(query));
            return false;
        }
    }

    /// <summary>One has ended: what waits takes its place.</summary>
    private void Leave()
    {
        List<Waiting> next = [];
        lock (_lock)
        {
            while (next.Count < mostTogether && _waiting.TryDequeue(out var waiting))
            {
                if (waiting.TryTake())
                    next.Add(waiting);
            }
            if (next.Count == 0)
            {
                _underWay--;
                return;
            }
        }
        _ = SendAsync(next);
    }

    /// <summary>Not under the token of one who asks: the endpoint's own deadline ends it.</summary>
    private async Task SendAsync(List<Waiting> together)
    {
        try
        {
            var answers = await readTogether([.. together.Select(w => w.Query)], CancellationToken.None);
            for (var i = 0; i < together.Count; i++)
                together[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e)
        {
            foreach (var waiting in together)
                waiting.Answer.TrySetException(e);
        }
        finally
        {
            Leave();
        }
    }

    private sealed class Waiting(FactsQuery query)
    {
        private bool _taken;

        public FactsQuery Query => query;

        public TaskCompletionSource<EndpointAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Once: by a question that goes out, or by the one who has waited long enough or gave up.</summary>
        public bool TryTake() => !Interlocked.Exchange(ref _taken, true);
    }
}
