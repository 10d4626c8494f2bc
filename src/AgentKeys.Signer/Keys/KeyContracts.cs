using System.Text.Json.Serialization;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>What the signer's routes take and answer. Answers are written by hand (<see cref="KeyAnswers"/>); these are their shapes.</summary>
internal static class KeyContracts
{
    public static RouteContract Generate { get; } = new(
        "A new data key for the object of a cap of store, and its wrap.", SignerJson.Default.GenerateBody, KeyAnswersJson.Default.GeneratedAnswer,
        [.. GuardCodes.Rule(CapOp.Store), RefusalCode.CapReplayed, RefusalCode.QuotaExceeded, RefusalCode.K3EpochPending]);

    public static RouteContract Unwrap { get; } = new(
        "The data key of the object of a cap of fetch.", SignerJson.Default.UnwrapBody, KeyAnswersJson.Default.UnwrappedAnswer,
        [.. GuardCodes.Rule(CapOp.Fetch), RefusalCode.CapReplayed, RefusalCode.QuotaExceeded, RefusalCode.ActorKeyUnavailable, RefusalCode.ObjectCorrupt]);
}

/// <summary>Bytes are base64url; <c>key_id</c> is 0x and 16 hex digits.</summary>
internal sealed record GeneratedAnswer(string DataKey, string Wrapped, string Salt, ulong Epoch, byte Kind, string KeyId);

internal sealed record UnwrappedAnswer(string DataKey);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GeneratedAnswer))]
[JsonSerializable(typeof(UnwrappedAnswer))]
internal sealed partial class KeyAnswersJson : JsonSerializerContext;
