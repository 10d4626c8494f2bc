using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>
/// The local store's rule: the token is of the configured broker, signed by a configured K2, for this very store and class, in its
/// period, and names this actor and class.
/// </summary>
/// <param name="keys">K2's public keys only; K1's sign something else.</param>
/// <param name="issuer">the broker's public URL.</param>
/// <param name="storeId">of this store, part of the audience.</param>
public sealed class StorageTokenVerifier(TrustedKeys keys, string issuer, string storeId) : IStorageTokenVerifier
{
    public Refusal? Verify(string token, Omni actor, DataClass dataClass, DateTimeOffset now) =>
        StorageToken.Verify(token, keys, issuer, StorageClaims.LocalAudience(storeId, dataClass), actor, dataClass, now);
}
