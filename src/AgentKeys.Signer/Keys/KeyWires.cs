using System.Text.Json.Serialization;

namespace AgentKeys.Signer;

/// <summary>The signer's bodies, strict. Operator, actor, class and name are not in them: those come from the cap alone.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 2)]
[JsonSerializable(typeof(GenerateBody))]
[JsonSerializable(typeof(UnwrapBody))]
internal sealed partial class SignerJson : JsonSerializerContext;

/// <summary><c>{}</c>.</summary>
internal sealed record GenerateBody;

/// <param name="Wrapped">base64url of 48 bytes.</param>
/// <param name="Salt">base64url of 32 bytes.</param>
/// <param name="Kind">the envelope's key kind.</param>
/// <param name="KeyId"><c>0x</c> and 16 hex.</param>
internal sealed record UnwrapBody(string Wrapped, string Salt, ulong Epoch, byte Kind, string KeyId);
