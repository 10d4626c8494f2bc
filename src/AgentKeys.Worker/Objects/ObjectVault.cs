using System.Security.Cryptography;
using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Worker;

/// <summary>
/// Seals objects into the store and opens them out of it. Where an object lies and what it is bound to comes from the cap; the
/// envelope only says which secret to ask the signer for.
/// </summary>
internal sealed class ObjectVault(IObjectStore store, SignerClient signer, ActorRoom room)
{
    // An act goes on when its client has gone; this bounds the store's part of it.
    private static readonly TimeSpan s_storeDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Seals the content as the next version and puts it where the object was seen, if nobody else did meanwhile.</summary>
    /// <param name="ifVersion">see <see cref="PutRule.Check"/>.</param>
    /// <returns>
    /// or <c>conflict</c>, <c>quota_exceeded</c>, <c>storage_session_refused</c>, <c>store_unavailable</c> (it may have been stored all the same: then it is the
    /// newest, and a fetch shows it), the signer's refusals.
    /// </returns>
    public async Task<Result<SealedVersion>> StoreAsync(Act act, SealedContent content, ulong? ifVersion)
    {
        using var deadline = new CancellationTokenSource(s_storeDeadline);
        if (!(await StoreDeadline.Guard(() => store.GetAsync(act.Storage, act.Key, deadline.Token))).IsOk(out var seen, out var refusal))
            return refusal;
        var header = HeaderOf(seen);
        if (PutRule.Check(ifVersion, act.Floor, seen is not null, header) is { } unfit)
            return unfit;
        var version = act.Floor.Next(header?.ObjectVersion ?? 0);

        if (!(await signer.GenerateAsync(act.Forwarded)).IsOk(out var key, out refusal))
            return refusal;
        byte[] envelope;
        using (key)
            envelope = ObjectEnvelope.Seal(act.ContextOf(key.Wrapped), key.Wrapped, key.DataKey, version, RandomNumberGenerator.GetBytes(ObjectEnvelope.NonceSize), content);

        if ((await StoreDeadline.Guard(async () => await room.CheckAsync(act, seen, envelope.Length, deadline.Token) is { } full ? (Result<bool>)full : true)).Refusal is { } noRoom)
            return noRoom;
        var condition = seen is null ? PutCondition.CreateOnly : PutCondition.ReplaceIfMatch(seen.ETag);
        var put = await StoreDeadline.Guard(() => store.PutAsync(act.Storage, act.Key, envelope, condition, deadline.Token));
        if (put.IsOk(out _, out refusal))
            return new SealedVersion(version, new Bytes32(SHA256.HashData(envelope)));
        return refusal.Code == RefusalCode.Conflict ? VaultRefusals.Conflict : refusal;
    }

    /// <summary>The newest version, opened. The caller disposes it.</summary>
    /// <returns>
    /// or <c>not_found</c>, <c>object_lost</c>, <c>object_corrupt</c>, <c>object_rolled_back</c>, <c>storage_session_refused</c>,
    /// <c>store_unavailable</c>, the signer's refusals.
    /// </returns>
    public async Task<Result<OpenedObject>> FetchAsync(Act act)
    {
        using var deadline = new CancellationTokenSource(s_storeDeadline);
        if (!(await StoreDeadline.Guard(() => store.GetAsync(act.Storage, act.Key, deadline.Token))).IsOk(out var seen, out var refusal))
            return refusal;
        if (seen is null)
            return act.Floor.SaysStored ? VaultRefusals.Lost : VaultRefusals.NotFound;
        if (HeaderOf(seen) is not { } header)
            return VaultRefusals.Corrupt;

        if (!(await signer.UnwrapAsync(act.Forwarded, header.Key)).IsOk(out var dataKey, out refusal))
            return refusal;
        using (dataKey)
        {
            if (!ObjectEnvelope.TryOpen(seen.Bytes.Span, act.ContextOf(header.Key), dataKey, out var content, out var version))
                return VaultRefusals.Corrupt;
            var believed = act.Floor.Believes(version);
            if (believed && IsCurrent(version, act))
                return new OpenedObject(content, version);
            content.Dispose();
            return believed ? VaultRefusals.RolledBack : VaultRefusals.Corrupt;
        }
    }

    /// <summary>Removes what is there, if nobody else changed it meanwhile; settles what was lost.</summary>
    /// <param name="ifVersion">see <see cref="DeleteRule.Check"/>.</param>
    /// <returns>
    /// the version in the header of what was removed, 0 for none that can be read; or <c>not_found</c>, <c>object_lost</c>, <c>object_corrupt</c>,
    /// <c>object_rolled_back</c>, <c>conflict</c>, <c>storage_session_refused</c>, <c>store_unavailable</c> (it may have been removed all the same).
    /// </returns>
    public async Task<Result<ulong>> DeleteAsync(Act act, ulong? ifVersion)
    {
        using var deadline = new CancellationTokenSource(s_storeDeadline);
        if (!(await StoreDeadline.Guard(() => store.GetAsync(act.Storage, act.Key, deadline.Token))).IsOk(out var seen, out var refusal))
            return refusal;
        var header = HeaderOf(seen);
        if (DeleteRule.Check(ifVersion, act.Floor, seen is not null, header) is { } unfit)
            return unfit;
        if (seen is not null && !(await StoreDeadline.Guard(() => store.DeleteAsync(act.Storage, act.Key, seen.ETag, deadline.Token))).IsOk(out _, out refusal))
            return refusal.Code == RefusalCode.Conflict ? VaultRefusals.Conflict : refusal;
        return header?.ObjectVersion ?? 0;
    }

    /// <summary>Judged only on what has been opened: the version in a header is anybody's word. A deletion's version is no object's.</summary>
    private static bool IsCurrent(ulong version, Act act) =>
        act.Floor.Deleted ? version > act.Floor.Version : version >= act.Floor.Version;

    private static EnvelopeHeader? HeaderOf(StoredObject? seen) =>
        seen is not null && ObjectEnvelope.TryReadHeader(seen.Bytes.Span, out var header) ? header : null;
}
