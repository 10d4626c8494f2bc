using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>
/// The 32-byte AES-256 key of one object. Lives in pinned memory, is zeroed by <see cref="Dispose"/>, and never shows in text.
/// Not thread-safe: do not dispose it while it is in use elsewhere.
/// </summary>
public sealed class DataKey : IDisposable
{
    public const int Size = 32;

    // Pinned, so that the collector leaves no copies behind when it moves things.
    private readonly byte[] _bytes = GC.AllocateArray<byte>(Size, pinned: true);
    private bool _disposed;

    /// <param name="bytes">exactly 32 bytes, copied; the caller clears its own.</param>
    public DataKey(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        bytes.CopyTo(_bytes);
    }

    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public ReadOnlySpan<byte> AsSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _bytes;
    }

    /// <summary>Compares without telling by its duration where the first difference is.</summary>
    public bool FixedTimeEquals(DataKey other) => CryptographicOperations.FixedTimeEquals(AsSpan(), other.AsSpan());

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    public override string ToString() => nameof(DataKey);
}
