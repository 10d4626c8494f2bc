using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKeys.Client;

/// <summary>
/// The wire of SPEC.md section 8 as a client sees it. Answers may gain members: unknown ones are ignored, missing and null ones are not.
/// Bodies that hold a secret are written and read in <see cref="SecretJson"/>, never as strings.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
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
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(ListBody))]
[JsonSerializable(typeof(DeleteBody))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(TeardownAnswer))]
[JsonSerializable(typeof(ProblemWire))]
internal sealed partial class ClientJson : JsonSerializerContext
{
    public static byte[] Write<T>(T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);

    /// <exception cref="AgentKeysException">not this answer.</exception>
    public static T Read<T>(byte[] answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw NotTheAnswer();
        }
    }

    /// <summary>The parser's message may quote the answer: it is not passed on.</summary>
    public static AgentKeysException NotTheAnswer() => new(AgentKeysException.BadAnswer, "The service's answer is not the one of this route.");
}

internal sealed record StartBody(string Address, string DeviceKeyHash);

internal sealed record StartAnswer(string RequestId, string Message, long ExpiresAt);

internal sealed record VerifyBody(string RequestId, string Signature);

internal sealed record VerifyAnswer(
    string Session, long ExpiresAt, string Login, string OperatorOmni, string ActorOmni, string DeviceKeyHash, string TrustTier);

internal sealed record StorageTokenBody(string ActorOmni, string DataClass);

internal sealed record StorageTokenAnswer(string Token, string Audience, long ExpiresAt);

internal sealed record CapBody(string OperatorOmni, string ActorOmni, string? Service, string? Key, string DeviceKeyHash, int? TtlSeconds);

internal sealed record ExplainBody(string Op, string DataClass, string OperatorOmni, string ActorOmni, string? Service, string? Key, string DeviceKeyHash);

internal sealed record CapAnswer(string Cap, long ExpiresAt, ulong Block);

internal sealed record ListBody(string? After, int Limit);

internal sealed record DeleteBody(ulong? IfVersion);

/// <summary>Of a store or a delete.</summary>
internal sealed record ChangeAnswer(ulong Version, ulong Block);

internal sealed record ListAnswer(IReadOnlyList<ListedObject> Objects, ulong Block)
{
    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? Next { get; init; }
}

internal sealed record TeardownAnswer(int Deleted, IReadOnlyList<TeardownFailure> Failed, bool More, ulong Block);

internal sealed record ProblemWire
{
    public string? Title { get; init; }
    public string? Code { get; init; }
    public string? Detail { get; init; }
    public string? Field { get; init; }
    public ulong? Block { get; init; }
    public string? RequiredTier { get; init; }
    public string? Remediation { get; init; }

    [JsonPropertyName("traceId")]
    public string? TraceId { get; init; }
}
