using System.Security.Cryptography;

namespace AgentKeys.Ethereum;

/// <summary>
/// Deterministic nonces for one key and one digest: RFC 6979, section 3.2, with HMAC-SHA-256. Letters of steps are the RFC's.
/// </summary>
internal sealed class Rfc6979 : IDisposable
{
    private const int Size = 32;

    private readonly byte[] _k = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] _v = GC.AllocateArray<byte>(Size, pinned: true);
    private bool _started;

    /// <param name="privateKey32">int2octets(x).</param>
    /// <param name="digest32">h1 (step a); reduced modulo n here, which is bits2octets.</param>
    public Rfc6979(ReadOnlySpan<byte> privateKey32, ReadOnlySpan<byte> digest32)
    {
        Span<byte> seed = stackalloc byte[2 * Size];
        privateKey32.CopyTo(seed);
        Scalar.ReadReduced(digest32).Write(seed[Size..]);

        _v.AsSpan().Fill(1);  // b
        _k.AsSpan().Clear();  // c
        Update(0, seed);      // d, e
        Update(1, seed);      // f, g
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>The next candidate in [1, n - 1] (step h): the first call gives the RFC's k, each later one the k that the RFC
    /// would try after it. <paramref name="nonce32"/> gets its bytes.</summary>
    public Scalar Next(Span<byte> nonce32)
    {
        while (true)
        {
            if (_started)
                Update(0, []);
            _started = true;

            Mac(_v, _v);
            _v.CopyTo(nonce32);
            if (Scalar.TryRead(nonce32, out var k) && !k.IsZero)
                return k;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_k);
        CryptographicOperations.ZeroMemory(_v);
    }

    /// <summary>K = HMAC(K, V || separator || seed); V = HMAC(K, V).</summary>
    private void Update(byte separator, ReadOnlySpan<byte> seed)
    {
        Span<byte> data = stackalloc byte[Size + 1 + 2 * Size];
        _v.CopyTo(data);
        data[Size] = separator;
        seed.CopyTo(data[(Size + 1)..]);
        Mac(data[..(Size + 1 + seed.Length)], _k);
        Mac(_v, _v);
        CryptographicOperations.ZeroMemory(data);
    }

    /// <summary>HMAC under K, which may be <paramref name="destination"/>: no platform is asked to write over what it reads.</summary>
    private void Mac(ReadOnlySpan<byte> data, byte[] destination)
    {
        Span<byte> mac = stackalloc byte[Size];
        HMACSHA256.HashData(_k, data, mac);
        mac.CopyTo(destination);
        CryptographicOperations.ZeroMemory(mac);
    }
}
