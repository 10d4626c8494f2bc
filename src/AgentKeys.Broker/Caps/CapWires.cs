using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using AgentKeys.Broker.Http;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Caps;

/// <summary>Body of the cap routes. The route itself fixes op and data class.</summary>
internal sealed record CapBody
{
    public string? OperatorOmni { get; init; }
    public string? ActorOmni { get; init; }

    /// <summary>As typed; exactly where the op names one.</summary>
    [DisallowNull]
    public string? Service { get; init; }

    /// <summary>As typed; exactly where a service is named and the class has keys.</summary>
    [DisallowNull]
    public string? Key { get; init; }

    public string? DeviceKeyHash { get; init; }

    /// <summary>60 to 900; absent: 300.</summary>
    [JsonConverter(typeof(PresentNumber))]
    public int? TtlSeconds { get; init; }

    /// <returns>or <c>invalid_input</c> with the first member that is missing or wrong.</returns>
    public Result<CapWish> Read(CapOp op, DataClass dataClass)
    {
        if (!new WishBody(OperatorOmni, ActorOmni, Service, Key, DeviceKeyHash).Read(op, dataClass).IsOk(out var wish, out var refusal))
            return refusal;
        var lifetime = TimeSpan.FromSeconds(TtlSeconds ?? (int)CapClaims.DefaultLifetime.TotalSeconds);
        return lifetime < CapClaims.MinLifetime || lifetime > CapClaims.MaxLifetime
            ? Refusal.InvalidInput("ttl_seconds", "60 to 900.")
            : new CapWish(wish, lifetime);
    }
}

/// <summary>What cap routes and explain have in common.</summary>
internal sealed record WishBody(string? OperatorOmni, string? ActorOmni, string? Service, string? Key, string? DeviceKeyHash)
{
    /// <returns>or <c>invalid_input</c> with the first member that is missing or wrong.</returns>
    public Result<Wish> Read(CapOp op, DataClass dataClass)
    {
        if (!Omni.TryParse(OperatorOmni, out var operatorOmni))
            return Refusal.InvalidInput("operator_omni", "0x and 64 lower-case hex digits.");
        if (!Omni.TryParse(ActorOmni, out var actor))
            return Refusal.InvalidInput("actor_omni", "0x and 64 lower-case hex digits.");
        if (!ReadName("service", Service, op.NamesService()).IsOk(out var service, out var refusal))
            return refusal;
        if (!ReadName("key", Key, op.NamesService() && dataClass.HasKeys()).IsOk(out var key, out refusal))
            return refusal;
        return Protocol.DeviceKeyHash.TryParse(DeviceKeyHash, out var device)
            ? new Wish(op, dataClass, operatorOmni, actor, service, key, device)
            : Refusal.InvalidInput("device_key_hash", "0x and 64 lower-case hex digits.");
    }

    private static Result<ServiceName?> ReadName(string member, string? typed, bool wanted)
    {
        if (!wanted)
            return typed is null ? (ServiceName?)null : Refusal.InvalidInput(member, "This operation on this class has none.");
        return ServiceName.TryFromTyped(typed, out var name)
            ? name
            : Refusal.InvalidInput(member, "1 to 64 of a-z 0-9 _ . : - that begin with a letter or a digit.");
    }
}

/// <summary>What somebody wants to be allowed.</summary>
/// <param name="Service">exactly where the op names one.</param>
/// <param name="Key">exactly where a service is named and the class has keys.</param>
internal sealed record Wish(CapOp Op, DataClass DataClass, Omni Operator, Omni Actor, ServiceName? Service, ServiceName? Key, DeviceKeyHash Device)
{
    /// <summary>Null for list and teardown.</summary>
    public ObjectName? Object => Service is null ? null : new ObjectName(Service, Key);

    /// <param name="sessionWallet">of the session, when a wallet opened it.</param>
    public CapRequest ToRequest(AccountAddress? sessionWallet) => new()
    {
        Op = Op,
        DataClass = DataClass,
        Operator = Operator,
        Actor = Actor,
        Service = Service,
        Device = Device,
        SessionWallet = sessionWallet,
    };
}

internal sealed record CapWish(Wish Wish, TimeSpan Lifetime);

internal sealed record CapAnswer(string Cap, long ExpiresAt, ulong Block);
