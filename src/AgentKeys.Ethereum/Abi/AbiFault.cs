namespace AgentKeys.Ethereum.Abi;

/// <summary>Why bytes from outside are not the one encoding of the expected types. <see cref="None"/> means they are.</summary>
public enum AbiFault
{
    None,

    /// <summary>Shorter than the types need, or a length that reaches past the end. Nothing was allocated for it.</summary>
    Truncated,

    /// <summary>An offset that does not point to where the canonical encoding puts the next dynamic value. Overlapping
    /// values, which would let a small input decode into a large one, end here.</summary>
    BadOffset,

    /// <summary>Padding bits that are not zero (or, for a negative integer, not the sign).</summary>
    BadPadding,

    /// <summary>A bool that is neither 0 nor 1.</summary>
    BadBool,

    /// <summary>A string that is not UTF-8.</summary>
    BadText,

    /// <summary>Bytes after the last value.</summary>
    TrailingBytes,

    /// <summary>Another selector, or another first topic, than this function's, error's or event's.</summary>
    WrongSelector,

    /// <summary>An event with more or fewer topics than indexed parameters.</summary>
    WrongTopicCount,
}
