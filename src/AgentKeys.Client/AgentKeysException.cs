using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// A service said no, or gave no usable answer. <see cref="Code"/> is what programs act on; the message is for people and never
/// holds a secret or a token.
/// </summary>
public class AgentKeysException : Exception
{
    /// <summary>The service could not be reached, or the connection broke. Not a code of the protocol.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The service answered something that is not in the protocol. Not a code of the protocol.</summary>
    public const string BadAnswer = "bad_answer";

    /// <param name="code">wire name of a refusal, <see cref="Unreachable"/>, <see cref="BadAnswer"/>, or a code that a newer service knows.</param>
    /// <param name="detail">one sentence for people.</param>
    public AgentKeysException(string code, string detail, Exception? inner = null)
        : base(detail, inner) => Code = code;

    /// <summary>Wire name: <c>service_not_in_scope</c>, <c>unreachable</c>, ...</summary>
    public string Code { get; }

    /// <summary>The same as a member of the protocol; null for codes that this version does not know.</summary>
    public RefusalCode? Refusal => RefusalCodes.TryParse(Code, out var code) ? code : null;

    /// <summary>The service's sentence.</summary>
    public string Detail => Message;

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>The block whose facts decided, when a chain read did.</summary>
    public ulong? Block { get; init; }

    /// <summary>The member of the request that is wrong, for <c>invalid_input</c>.</summary>
    public string? Field { get; init; }

    /// <summary>When to ask again, for the 429 codes.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Finds the request in the service's log.</summary>
    public string? TraceId { get; init; }

    /// <summary>The tier that may, for <c>custody_tier_required</c>.</summary>
    public string? RequiredTier { get; init; }

    /// <summary>What the caller can do about it, in the service's words.</summary>
    public string? Remediation { get; init; }
}
