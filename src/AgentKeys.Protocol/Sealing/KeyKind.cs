namespace AgentKeys.Protocol;

/// <summary>Which kind of secret wraps an object's data key. The numbers are in every envelope.</summary>
public enum KeyKind : byte
{
    /// <summary>K3[epoch], the signer's ring key of an epoch.</summary>
    Ring = 0,

    /// <summary>The secret of one actor that is kept apart from the ring.</summary>
    Isolated = 1,
}
