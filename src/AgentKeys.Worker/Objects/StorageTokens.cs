using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

/// <summary>The local store's judge of storage tokens: the broker's K2, this store's audience.</summary>
internal sealed class StorageTokens(TrustedIssuer issuer, string storeId) : IStorageTokenVerifier
{
    public Refusal? Verify(string token, Omni actor, DataClass dataClass, DateTimeOffset now) =>
        StorageToken.Verify(token, issuer.StorageKeys, issuer.Issuer, StorageClaims.LocalAudience(storeId, dataClass), actor, dataClass, now);
}
