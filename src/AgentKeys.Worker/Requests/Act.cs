using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

/// <summary>A request that may be carried out: allowed by the chain, recorded in the log, with what its act needs.</summary>
/// <param name="Storage">present and complete; whose it is the store judges.</param>
/// <param name="Forwarded">for the signer.</param>
/// <param name="Receipt">of the authorized record; names the floor.</param>
internal sealed record Act(AuthorizedRequest Request, StorageSession Storage, ForwardedHeaders Forwarded, AuditReceipt Receipt)
{
    public CapClaims Cap => Request.Cap;
    public ulong Block => Request.Facts.Head.Number;
    public ObjectFloor Floor => Receipt.Floor;
    public Bytes32 Authorized => Receipt.Leaf;

    /// <summary>The object that the cap names.</summary>
    public ObjectName Name => Cap.ObjectName ?? throw new InvalidOperationException("This operation names no object.");

    /// <summary>Place of the object, built from the cap alone.</summary>
    public StorageKey Key => new(Cap.Actor, Cap.DataClass, Name);

    /// <summary>What the object's wrap is bound to: everything from the cap, only the route to the secret from the wrap.</summary>
    public WrapContext ContextOf(WrappedKey key) => new(Cap.DataClass, Cap.Operator, Cap.Actor, Name, key.Kind, key.KeyId, key.Epoch);
}
