using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Testing.Storage;

/// <summary>A token is <c>actor hex:class</c>, good for exactly that. The real rule is tested where it lives.</summary>
public sealed class StubTokens : IStorageTokenVerifier
{
    public static StorageSession For(Omni actor, DataClass dataClass) => new StorageSession.Local(actor.ToBareHex() + ":" + dataClass.Name());

    public Refusal? Verify(string token, Omni actor, DataClass dataClass, DateTimeOffset now) =>
        token == actor.ToBareHex() + ":" + dataClass.Name()
            ? null
            : new Refusal(RefusalCode.StorageSessionRefused, "This storage token is not for that actor and class.");
}
