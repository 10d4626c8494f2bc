using AgentKeys.Protocol;

namespace AgentKeys.Broker.Storage;

internal sealed record StorageTokenBody
{
    public string? ActorOmni { get; init; }
    public string? DataClass { get; init; }

    /// <returns>or <c>invalid_input</c> with the first member that is missing or wrong.</returns>
    public Result<StorageWish> Read()
    {
        if (!Omni.TryParse(ActorOmni, out var actor))
            return Refusal.InvalidInput("actor_omni", "0x and 64 lower-case hex digits.");
        return DataClasses.TryParse(DataClass, out var dataClass)
            ? new StorageWish(actor, dataClass)
            : Refusal.InvalidInput("data_class", "One of credentials, memory, audit, email.");
    }
}

internal sealed record StorageWish(Omni Actor, DataClass DataClass);

internal sealed record StorageTokenAnswer(string Token, string Audience, long ExpiresAt);
