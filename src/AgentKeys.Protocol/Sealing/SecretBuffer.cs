using System.Buffers;
using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>
/// Room of a fixed size for bytes that hold a secret on their way: a body read, an answer written. Pinned and zeroed by
/// <see cref="Dispose"/>; it never grows, because growing leaves copies behind. Not thread-safe.
/// </summary>
/// <param name="capacity">most bytes it will ever hold.</param>
public sealed class SecretBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(capacity, pinned: true);
    private bool _disposed;

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Written => Memory.Span;

    /// <exception cref="ObjectDisposedException">The bytes are gone.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes.AsMemory(0, Length);
        }
    }

    /// <summary>What is left to write to; empty when full.</summary>
    public Memory<byte> Free
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes.AsMemory(Length);
        }
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    /// <exception cref="InvalidOperationException">less is left than asked for: the capacity was computed wrong.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0) =>
        Free is { Length: > 0 } free && free.Length >= sizeHint ? free : throw new InvalidOperationException("A secret buffer does not grow.");

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    public override string ToString() => nameof(SecretBuffer);
}
