using System.Text.Json.Serialization;
using AgentKeys.Protocol;

namespace AgentKeys.Hosting;

/// <summary>RFC 9457 problem as it goes over the wire. Every refused request of every service has this body.</summary>
public sealed record ProblemBody
{
    public const string MediaType = "application/problem+json";

    /// <summary>Always about:blank: <see cref="Code"/> is what machines act on.</summary>
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }
    public required int Status { get; init; }

    /// <summary>Wire name of a <see cref="RefusalCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The offending member, for invalid_input.</summary>
    public string? Field { get; init; }

    public required string Detail { get; init; }
    public required string TraceId { get; init; }

    [JsonPropertyName("required_tier")]
    public string? RequiredTier { get; init; }

    public string? Remediation { get; init; }

    /// <summary>The block whose facts decided.</summary>
    public ulong? Block { get; init; }

    public static ProblemBody Of(Refusal refusal, string traceId)
    {
        var status = refusal.Code.Status();
        return new ProblemBody
        {
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Code = refusal.Code.Name(),
            Field = refusal.Field is null ? null : BoundedText.Of(refusal.Field),
            Detail = refusal.Detail,
            TraceId = traceId,
            RequiredTier = refusal.RequiredTier?.Name(),
            Remediation = refusal.Remediation,
            Block = refusal.Block,
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProblemBody))]
public sealed partial class ProblemJson : JsonSerializerContext;
