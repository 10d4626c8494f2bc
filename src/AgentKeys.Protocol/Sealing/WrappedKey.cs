namespace AgentKeys.Protocol;

/// <summary>A wrapped data key with what it takes to find the secret that unwraps it. Public: it opens nothing by itself.</summary>
/// <param name="Wrapped">48 bytes: the encrypted data key and its tag.</param>
/// <param name="Salt">32 random bytes, fresh for every wrap.</param>
public sealed record WrappedKey(byte[] Wrapped, byte[] Salt, ulong Epoch, KeyKind Kind, KeyId KeyId)
{
    /// <summary>Lengths and kind are as the format wants them. Check it on what came from outside.</summary>
    public bool IsWellFormed => Wrapped is { Length: KeyWrap.WrappedSize } && Salt is { Length: KeyWrap.SaltSize } && Kind is KeyKind.Ring or KeyKind.Isolated;
}
