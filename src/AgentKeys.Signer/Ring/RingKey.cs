using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>K3 of one epoch: the 32 secret bytes that wrap data keys. Pinned, zeroed by <see cref="Dispose"/>, never shown in text.</summary>
public sealed class RingKey : IDisposable
{
    private readonly byte[] _secret = GC.AllocateArray<byte>(KeyWrap.SecretSize, pinned: true);
    private bool _disposed;

    /// <param name="epoch">1 or more.</param>
    /// <param name="secret">32 bytes, copied; the caller clears its own.</param>
    public RingKey(ulong epoch, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfZero(epoch);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, KeyWrap.SecretSize);
        secret.CopyTo(_secret);
        Epoch = epoch;
        Id = KeyId.OfRingKey(secret, epoch);
    }

    public ulong Epoch { get; }

    /// <summary>Derived from secret and epoch, so a changed secret under an old epoch is another key.</summary>
    public KeyId Id { get; }

    public static RingKey Generate(ulong epoch)
    {
        Span<byte> secret = stackalloc byte[KeyWrap.SecretSize];
        try
        {
            RandomNumberGenerator.Fill(secret);
            return new RingKey(epoch, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public ReadOnlySpan<byte> AsSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _secret;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _disposed = true;
    }

    public override string ToString() => $"K3 of epoch {Epoch}";
}
