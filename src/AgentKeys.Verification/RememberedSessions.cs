using System.Collections.Concurrent;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// Sessions whose signature and claims this process has verified, by their exact token: the same bytes are not verified again at every
/// request. Only what the signature says for ever is remembered. The period, the proof, and above all what the chain says of wallet,
/// device and operator are judged at every use, so an ended or revoked session is refused as if nothing were remembered.
/// </summary>
/// <param name="most">sessions of each of two generations: when the younger is full, the older is forgotten.</param>
internal sealed class RememberedSessions(int most = 1024)
{
    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<string, VerifiedSession> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, VerifiedSession> _old = new(StringComparer.Ordinal);
    private int _added;

    /// <summary>How many are remembered now; never more than twice the most of a generation.</summary>
    public int Count => _young.Count + _old.Count;

    public VerifiedSession? Find(string? token)
    {
        if (token is null)
            return null;
        if (_young.TryGetValue(token, out var session))
            return session;
        if (!_old.TryGetValue(token, out session))
            return null;
        Add(session); // in use: it moves on with the young
        return session;
    }

    public void Add(VerifiedSession session)
    {
        lock (_lock)
        {
            if (!_young.TryAdd(session.Token, session) || ++_added < most)
                return;
            (_old, _young, _added) = (_young, new(StringComparer.Ordinal), 0);
        }
    }
}
