using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>Judges a local storage token: signature by a configured K2, audience of this store and class, expiry, actor and class tags.</summary>
public interface IStorageTokenVerifier
{
    /// <returns>null when the token is for exactly this actor and class, now; else <c>storage_session_refused</c>.</returns>
    Refusal? Verify(string token, Omni actor, DataClass dataClass, DateTimeOffset now);
}
