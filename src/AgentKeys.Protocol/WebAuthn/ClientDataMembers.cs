namespace AgentKeys.Protocol;

/// <summary>A top-level member of clientDataJSON, by byte positions.</summary>
/// <param name="KeyIndex">of the opening quote of the key: what the contract takes as typeIndex, challengeIndex, originIndex.</param>
/// <param name="ValueStart">first byte of the value, the opening quote of a string.</param>
/// <param name="ValueEnd">one past its last byte.</param>
public readonly record struct ClientDataMember(int KeyIndex, int ValueStart, int ValueEnd)
{
    /// <summary>The value's bytes as they stand there, strings with their quotes, escapes not undone.</summary>
    public ReadOnlySpan<byte> RawValue(ReadOnlySpan<byte> clientDataJson) => clientDataJson[ValueStart..ValueEnd];
}

/// <summary>The members that WebAuthn gives a meaning; null where the top level has none of that name.</summary>
public sealed record ClientDataMembers
{
    public ClientDataMember? Type { get; internal set; }
    public ClientDataMember? Challenge { get; internal set; }
    public ClientDataMember? Origin { get; internal set; }
    public ClientDataMember? CrossOrigin { get; internal set; }
}

public enum ClientDataFault : byte
{
    None = 0,

    /// <summary>Not one JSON object, or a top-level key holds an escape.</summary>
    Malformed,

    /// <summary>One of type, challenge, origin, crossOrigin occurs twice at the top level.</summary>
    Duplicate,
}
