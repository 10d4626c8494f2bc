namespace AgentKeys.Ethereum;

/// <summary>The two things that need the private key. Not safe for several threads: the key that owns it locks.</summary>
internal interface IPrivateOperations : IDisposable
{
    AffinePoint PublicPoint { get; }

    /// <summary>Writes r || s for a 32-byte digest; s may be high. <paramref name="attempt"/>, from 0, asks for another nonce.</summary>
    void Sign(ReadOnlySpan<byte> digest32, int attempt, Span<byte> signature64);
}
