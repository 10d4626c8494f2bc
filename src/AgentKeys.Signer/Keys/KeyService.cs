using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>Makes and unwraps data keys with the ring. Everything that a wrap is bound to comes from the cap.</summary>
internal sealed class KeyService(KeyRing ring, KeyCounters counters)
{
    /// <summary>A fresh data key, wrapped under the epoch that is on chain now.</summary>
    /// <returns>or <c>k3_epoch_pending</c>: the chain is ahead of this ring.</returns>
    public Result<GeneratedKey> Generate(CapClaims cap, ulong epochOnChain)
    {
        if (ring.Find(epochOnChain) is not { } ringKey)
            return new Refusal(RefusalCode.K3EpochPending, "The signer does not have the key of the chain's epoch yet; try again later.");
        var salt = RandomNumberGenerator.GetBytes(KeyWrap.SaltSize);
        var dataKey = NewDataKey();
        var wrapped = KeyWrap.Wrap(ringKey.AsSpan(), salt, ContextOf(cap, KeyKind.Ring, ringKey.Id, ringKey.Epoch), dataKey);
        counters.Sealed(ringKey, cap.DataClass);
        return new GeneratedKey(dataKey, new WrappedKey(wrapped, salt, ringKey.Epoch, KeyKind.Ring, ringKey.Id));
    }

    /// <summary>
    /// The data key of a stored object. Only the object's own epoch has to be in the ring, so that advancing the epoch never makes
    /// stored objects unreadable.
    /// </summary>
    /// <returns>or <c>actor_key_unavailable</c> (this signer lacks the named secret), <c>object_corrupt</c> (everything else, without saying what).</returns>
    public Result<DataKey> Unwrap(CapClaims cap, WrappedKey key)
    {
        if (key.Kind != KeyKind.Ring || ring.Find(key.Epoch, key.KeyId) is not { } ringKey)
            return new Refusal(RefusalCode.ActorKeyUnavailable, "The signer does not have the key that this object was sealed under.");
        if (!KeyWrap.TryUnwrap(ringKey.AsSpan(), key.Salt, ContextOf(cap, key.Kind, key.KeyId, key.Epoch), key.Wrapped, out var dataKey))
            return new Refusal(RefusalCode.ObjectCorrupt, "The object cannot be opened.");
        counters.Opened(ringKey, cap.DataClass);
        return dataKey;
    }

    private static WrapContext ContextOf(CapClaims cap, KeyKind kind, KeyId keyId, ulong epoch) =>
        new(cap.DataClass, cap.Operator, cap.Actor, cap.ObjectName ?? throw new ArgumentException("A cap without an object has no key.", nameof(cap)), kind, keyId, epoch);

    private static DataKey NewDataKey()
    {
        Span<byte> bytes = stackalloc byte[DataKey.Size];
        try
        {
            RandomNumberGenerator.Fill(bytes);
            return new DataKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}

/// <summary>A new data key and its wrap; disposes the key.</summary>
internal sealed record GeneratedKey(DataKey DataKey, WrappedKey Wrapped) : IDisposable
{
    public void Dispose() => DataKey.Dispose();
}
