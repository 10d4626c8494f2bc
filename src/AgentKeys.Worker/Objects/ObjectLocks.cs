namespace AgentKeys.Worker;

/// <summary>
/// Acts on one object follow each other: reads go together, a write alone, first come first served. The floor that the log answered
/// then still holds at the act, so that a deletion never lands above a store that came after it, and no read takes a deletion that is
/// under way for a loss. One process serves a role (its log is locked), so memory is enough.
/// </summary>
internal sealed class ObjectLocks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Line> _lines = [];

    /// <summary>For tests: how many wait for their turn.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
                return _lines.Values.Sum(line => line.Waiting.Count);
        }
    }

    /// <returns>disposing lets the next in.</returns>
    /// <exception cref="OperationCanceledException">cancelled while waiting.</exception>
    public async Task<ObjectTurn> EnterAsync(string name, bool alone, CancellationToken cancellationToken)
    {
        var turn = new ObjectTurn(Leave, name, alone);
        lock (_lock)
        {
            if (!_lines.TryGetValue(name, out var line))
                _lines[name] = line = new Line();
            if (line.TryEnter(turn))
                return turn;
            turn.Waited = true;
            line.Waiting.AddLast(turn);
        }
        using var registration = cancellationToken.Register(() => GiveUp(turn, cancellationToken));
        await turn.Come.Task;
        return turn;
    }

    private void GiveUp(ObjectTurn turn, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Not there any more: its turn has come, and whoever asked for it will leave.
            if (!_lines.TryGetValue(turn.Name, out var line) || !line.Waiting.Remove(turn))
                return;
            line.Admit();
        }
        turn.Come.TrySetCanceled(cancellationToken);
    }

    private void Leave(ObjectTurn turn)
    {
        lock (_lock)
        {
            var line = _lines[turn.Name];
            line.Leave(turn);
            line.Admit();
            if (line.IsEmpty)
                _lines.Remove(turn.Name);
        }
    }

    private sealed class Line
    {
        private int _together;
        private bool _alone;

        public LinkedList<ObjectTurn> Waiting { get; } = [];
        public bool IsEmpty => _together == 0 && !_alone && Waiting.Count == 0;

        /// <summary>Nobody overtakes who waits: else reads without end would keep a write out.</summary>
        public bool TryEnter(ObjectTurn turn) => Waiting.Count == 0 && TryTake(turn);

        public void Leave(ObjectTurn turn)
        {
            if (turn.Alone)
                _alone = false;
            else
                _together--;
        }

        public void Admit()
        {
            while (Waiting.First is { } next && TryTake(next.Value))
            {
                Waiting.RemoveFirst();
                next.Value.Come.TrySetResult();
            }
        }

        private bool TryTake(ObjectTurn turn)
        {
            if (_alone || (turn.Alone && _together > 0))
                return false;
            if (turn.Alone)
                _alone = true;
            else
                _together++;
            return true;
        }
    }
}

/// <summary>A place in the line of one object; disposing it lets the next in.</summary>
internal sealed class ObjectTurn(Action<ObjectTurn> leave, string name, bool alone) : IDisposable
{
    private int _left;

    public string Name => name;
    public bool Alone => alone;

    /// <summary>Somebody was before it, for however long.</summary>
    public bool Waited { get; set; }

    public TaskCompletionSource Come { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
            leave(this);
    }
}
