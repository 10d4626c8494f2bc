using System.Text.Json.Serialization;
using AgentKeys.Broker.Http;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Caps;

/// <summary>Body of the cap routes. The route itself fixes op and data class.</summary>
internal sealed record CapBody
{
    public string? OperatorOmni { get; init; }
    public string? ActorOmni { get; init; }
    public string? Service { get; init; }
    public string? DeviceKeyHash { get; init; }

    /// <summary>60 to 900; absent: 300.</summary>
    [JsonConverter(typeof(PresentNumber))]
    public int? TtlSeconds { get; init; }

    /// <returns>or <c>invalid_input</c> with the first member that is missing or wrong.</returns>
    public Result<CapWish> Read()
    {
        if (!Omni.TryParse(OperatorOmni, out var operatorOmni))
            return Refusal.InvalidInput("operator_omni", "0x and 64 lower-case hex digits.");
        if (!Omni.TryParse(ActorOmni, out var actor))
            return Refusal.InvalidInput("actor_omni", "0x and 64 lower-case hex digits.");
        if (!ServiceName.TryFromTyped(Service, out var service))
            return Refusal.InvalidInput("service", "1 to 64 of a-z 0-9 _ . : - that begin with a letter or a digit.");
        if (!Protocol.DeviceKeyHash.TryParse(DeviceKeyHash, out var device))
            return Refusal.InvalidInput("device_key_hash", "0x and 64 lower-case hex digits.");
        var lifetime = TimeSpan.FromSeconds(TtlSeconds ?? (int)CapClaims.DefaultLifetime.TotalSeconds);
        return lifetime < CapClaims.MinLifetime || lifetime > CapClaims.MaxLifetime
            ? Refusal.InvalidInput("ttl_seconds", "60 to 900.")
            : new CapWish(operatorOmni, actor, service, device, lifetime);
    }
}

internal sealed record CapWish(Omni Operator, Omni Actor, ServiceName Service, DeviceKeyHash Device, TimeSpan Lifetime);

internal sealed record CapAnswer(string Cap, long ExpiresAt, ulong Block);
