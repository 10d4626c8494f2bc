using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Protocol;

/// <summary>One refused request: the code machines act on and a sentence for people. Never carries a secret or a client's raw input.</summary>
/// <param name="Code">which check refused.</param>
/// <param name="Detail">our own words; no upstream text, no echo.</param>
public sealed record Refusal(RefusalCode Code, string Detail)
{
    /// <summary>The offending member of the body, for <see cref="RefusalCode.InvalidInput"/>.</summary>
    public string? Field { get; init; }

    /// <summary>The block whose facts decided, when a chain read did.</summary>
    public ulong? Block { get; init; }

    /// <summary>Row of the rule's table in SPEC.md section 7, when the rule refused.</summary>
    public int? Row { get; init; }

    /// <summary>For <see cref="RefusalCode.CustodyTierRequired"/>: the tier that may.</summary>
    public TrustTier? RequiredTier { get; init; }

    /// <summary>What the caller can do about it.</summary>
    public string? Remediation { get; init; }

    /// <summary>Seconds, at least 1, for the two 429 codes; null for a quota that time does not free.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static Refusal InvalidInput(string field, string detail) => new(RefusalCode.InvalidInput, detail) { Field = field };
}

/// <summary>Either a value or the refusal that stands in its place.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    /// <summary>The value; reading it of a refused result is a bug and throws.</summary>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"Refused: {Refusal.Code.Name()}.");

    public bool IsOk([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, Refusal);
        return refusal is null;
    }

#pragma warning disable CA2225 // the two conversions are the whole point; named twins would say nothing more
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
#pragma warning restore CA2225
}
