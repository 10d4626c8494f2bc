using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>What the five routes of sealed objects take and answer. Answers are written by hand (<see cref="ObjectAnswers"/>); these are their shapes.</summary>
internal static class ObjectContracts
{
    private static readonly RefusalCode[] s_act = [RefusalCode.CapReplayed, RefusalCode.StorageSessionRefused, RefusalCode.StoreUnavailable];
    private static readonly RefusalCode[] s_object = [RefusalCode.NotFound, RefusalCode.Conflict, RefusalCode.ObjectCorrupt, RefusalCode.ObjectRolledBack, RefusalCode.ObjectLost];
    private static readonly RefusalCode[] s_signer = [RefusalCode.SignerUnavailable, RefusalCode.ActorKeyUnavailable, RefusalCode.K3EpochPending];

    public static RouteContract Of(CapOp op) => op switch
    {
        CapOp.Store => Make(op, "Seals and keeps an object under the cap's name.", WorkerJson.Default.StoreBody, ObjectAnswersJson.Default.ChangedAnswer, [.. s_object, .. s_signer, RefusalCode.QuotaExceeded]),
        CapOp.Fetch => Make(op, "Opens the object of the cap's name.", WorkerJson.Default.EmptyBody, ObjectAnswersJson.Default.FetchedAnswer, [.. s_object, .. s_signer, RefusalCode.QuotaExceeded]),
        CapOp.List => Make(op, "Names of the actor's objects, page by page; an agent sees what it is granted.", WorkerJson.Default.ListBody, ObjectAnswersJson.Default.ListedAnswer),
        CapOp.Delete => Make(op, "Removes the object of the cap's name.", WorkerJson.Default.DeleteBody, ObjectAnswersJson.Default.ChangedAnswer, [.. s_object, RefusalCode.QuotaExceeded]),
        CapOp.Teardown => Make(op, "Removes every object of the actor.", WorkerJson.Default.EmptyBody, ObjectAnswersJson.Default.TornDownAnswer),
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };

    private static RouteContract Make(CapOp op, string summary, JsonTypeInfo body, JsonTypeInfo answer, params RefusalCode[] more) =>
        new(summary, body, answer, [.. GuardCodes.Rule(op), .. s_act, .. more]);
}

internal sealed record ChangedAnswer(ulong Version, ulong Block);

/// <param name="Name">as it was typed.</param>
/// <param name="PlaintextB64">RFC 4648 section 4 with padding.</param>
internal sealed record FetchedAnswer(string Name, string PlaintextB64, ulong Version, ulong Block);

internal sealed record ListedAnswer(IReadOnlyList<ListedObject> Objects, ulong Block)
{
    /// <summary>There when more follows; goes into the next request's <c>after</c>.</summary>
    public string? Next { get; init; }
}

internal sealed record ListedObject(string Name, long SealedBytes);

internal sealed record TornDownAnswer(ulong Deleted, IReadOnlyList<FailedObject> Failed, bool More, ulong Block);

internal sealed record FailedObject(string Name, string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ChangedAnswer))]
[JsonSerializable(typeof(FetchedAnswer))]
[JsonSerializable(typeof(ListedAnswer))]
[JsonSerializable(typeof(TornDownAnswer))]
internal sealed partial class ObjectAnswersJson : JsonSerializerContext;
