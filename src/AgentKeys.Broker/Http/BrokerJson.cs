using System.Text.Json.Serialization;
using AgentKeys.Broker.Caps;
using AgentKeys.Broker.Discovery;
using AgentKeys.Broker.Login;
using AgentKeys.Broker.Storage;

namespace AgentKeys.Broker.Http;

/// <summary>Bodies and answers of SPEC.md section 8, strict: unknown, duplicate and null members and wrong types are refused.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 8)]
[JsonSerializable(typeof(StartBody))]
[JsonSerializable(typeof(StartAnswer))]
[JsonSerializable(typeof(VerifyBody))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(StorageTokenBody))]
[JsonSerializable(typeof(StorageTokenAnswer))]
[JsonSerializable(typeof(CapBody))]
[JsonSerializable(typeof(CapAnswer))]
[JsonSerializable(typeof(ExplainBody))]
[JsonSerializable(typeof(DiscoveryAnswer))]
[JsonSerializable(typeof(JwksAnswer))]
internal sealed partial class BrokerJson : JsonSerializerContext;

/// <summary>Answers whose members may be absent, which is never null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExplainAnswer))]
internal sealed partial class BrokerAnswers : JsonSerializerContext;
