using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Login;

/// <summary>A login that was started: the exact text to be signed, and who said they would sign it.</summary>
internal sealed record LoginChallenge(string RequestId, string Text, AccountAddress Address, DeviceKeyHash Device, DateTimeOffset ExpiresAt);

/// <summary>
/// Logins started and not yet verified. In memory: a restart voids them, which costs one more start. Bounded, so that starting
/// logins fills no memory; each is taken once, whatever comes of it.
/// </summary>
internal sealed class LoginChallenges(TimeProvider clock)
{
    public const int IdLength = 22;
    public const int Capacity = 10_000;
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LoginChallenge> _open = new(StringComparer.Ordinal);

    // All live equally long, so the oldest expire first.
    private readonly Queue<LoginChallenge> _inOrder = new();

    /// <summary>False when too many are open; the oldest ends within <see cref="Lifetime"/>.</summary>
    public bool TryAdd(LoginChallenge challenge)
    {
        lock (_lock)
        {
            DropEnded();
            if (_inOrder.Count >= Capacity)
                return false;
            _open.Add(challenge.RequestId, challenge);
            _inOrder.Enqueue(challenge);
            return true;
        }
    }

    /// <summary>Takes it out: the second call for the same id finds nothing. Null for unknown, used and ended ones alike.</summary>
    public LoginChallenge? Take(string requestId)
    {
        lock (_lock)
        {
            DropEnded();
            return _open.Remove(requestId, out var challenge) ? challenge : null;
        }
    }

    /// <summary>16 random bytes.</summary>
    public static string NewId() => Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(16));

    private void DropEnded()
    {
        var now = clock.GetUtcNow();
        while (_inOrder.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
            _open.Remove(_inOrder.Dequeue().RequestId);
    }
}
