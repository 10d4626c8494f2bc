using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace AgentKeys.Worker;

/// <summary>Bodies and the signer's answers, strict. What holds a secret is a <see cref="JsonSlice"/>, never a string.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 2)]
[JsonSerializable(typeof(StoreBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(ListBody))]
[JsonSerializable(typeof(DeleteBody))]
[JsonSerializable(typeof(GeneratedWire))]
[JsonSerializable(typeof(UnwrapWire))]
[JsonSerializable(typeof(UnwrappedWire))]
internal sealed partial class WorkerJson : JsonSerializerContext;

/// <summary>Members are checked for presence by hand, so that a refusal names the missing one.</summary>
internal sealed record StoreBody
{
    /// <summary>As typed; lower-cased it is the cap's object name.</summary>
    public string? Name { get; init; }

    /// <summary>RFC 4648 section 4 with padding.</summary>
    public JsonSlice? PlaintextB64 { get; init; }

    /// <summary>Absent replaces, 0 creates only, n replaces exactly n.</summary>
    [JsonConverter(typeof(PresentNumber))]
    public ulong? IfVersion { get; init; }
}

/// <summary><c>{}</c>: what is fetched or torn down is the cap's business.</summary>
internal sealed record EmptyBody;

internal sealed record ListBody
{
    /// <summary>An object name, exact; absent to begin.</summary>
    [DisallowNull]
    public string? After { get; init; }

    /// <summary>1 to 1,000; absent: 100.</summary>
    [JsonConverter(typeof(PresentNumber))]
    public ulong? Limit { get; init; }
}

internal sealed record DeleteBody
{
    /// <summary>Absent removes, n removes exactly n.</summary>
    [JsonConverter(typeof(PresentNumber))]
    public ulong? IfVersion { get; init; }
}

/// <summary>The signer's answer to generate.</summary>
internal sealed record GeneratedWire(JsonSlice DataKey, string Wrapped, string Salt, ulong Epoch, byte Kind, string KeyId);

/// <summary>The body of unwrap.</summary>
internal sealed record UnwrapWire(string Wrapped, string Salt, ulong Epoch, byte Kind, string KeyId);

/// <summary>The signer's answer to unwrap.</summary>
internal sealed record UnwrappedWire(JsonSlice DataKey);

/// <summary>As much of the signer's problem document as a client may learn: its words stay with us.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 8)]
[JsonSerializable(typeof(SignerProblem))]
internal sealed partial class SignerProblemJson : JsonSerializerContext;

internal sealed record SignerProblem(string? Code, ulong? Block);
