using System.Security.Cryptography;

namespace AgentKeys.Ethereum;

/// <summary>
/// A secp256k1 private key in memory. Overwritten on <see cref="Dispose"/>; never a string: <see cref="ToString"/> gives the address.
/// <para>
/// <see cref="Secp256k1Backend.Framework"/> leaves every private operation to the platform's library.
/// <see cref="Secp256k1Backend.Portable"/> is for platforms that lack the curve. What it does: nonces by RFC 6979, so no bad
/// random number gives the key away; one sequence of instructions and memory accesses for every key and nonce; each
/// signature verified before it is returned. What it does NOT do: promise constant time from a just-in-time compiler, blind
/// against power or electromagnetic measurement, or wipe registers and copies on the stack. (.NET 10's optimized code for x64
/// was read once: only loop counters jump. Nothing keeps another compiler to that.) A key worth more than that belongs in
/// hardware or on a platform with the curve.
/// </para>
/// </summary>
public sealed class Secp256k1Key : ISecp256k1Signer
{
    /// <summary>Bytes of a private key.</summary>
    public const int Size = 32;

    // Pinned: the collector moves no copies about that would escape being overwritten.
    private readonly byte[] _privateKey = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly IPrivateOperations _operations;
    private readonly AffinePoint _point;
    private readonly Lock _lock = new();
    private bool _disposed;

    private Secp256k1Key(ReadOnlySpan<byte> privateKey, Secp256k1Backend backend)
    {
        Backend = Choose(backend);
        privateKey.CopyTo(_privateKey);
        _operations = Backend == Secp256k1Backend.Framework ? new FrameworkOperations(_privateKey) : new PortableOperations(_privateKey);
        _point = _operations.PublicPoint;
        Address = Secp256k1.AddressOf(PublicKey);
    }

    public Address Address { get; }

    public byte[] PublicKey => Secp256k1.Encode(_point);

    /// <summary>The backend in force: never <see cref="Secp256k1Backend.Auto"/>.</summary>
    public Secp256k1Backend Backend { get; }

    /// <summary>Whether this platform's ECDsa has the curve.</summary>
    public static bool FrameworkHasCurve => FrameworkOperations.IsSupported;

    /// <summary>A new key from the system's random number generator, uniform in [1, n - 1].</summary>
    /// <exception cref="PlatformNotSupportedException">The framework was asked for and lacks the curve.</exception>
    public static Secp256k1Key Generate(Secp256k1Backend backend = Secp256k1Backend.Auto)
    {
        Span<byte> candidate = stackalloc byte[Size];
        try
        {
            do
                RandomNumberGenerator.Fill(candidate);
            while (!IsPrivateKey(candidate));
            return new Secp256k1Key(candidate, backend);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(candidate);
        }
    }

    /// <summary>The key of 32 big-endian bytes; they are copied, and overwriting the original stays with the caller.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes, or the number is not in [1, n - 1]. The message does not repeat them.</exception>
    /// <exception cref="PlatformNotSupportedException">The framework was asked for and lacks the curve.</exception>
    public static Secp256k1Key FromPrivateKey(ReadOnlySpan<byte> privateKey32, Secp256k1Backend backend = Secp256k1Backend.Auto) =>
        IsPrivateKey(privateKey32)
            ? new Secp256k1Key(privateKey32, backend)
            : throw new ArgumentException("A private key is 32 bytes, a number from 1 to n - 1.", nameof(privateKey32));

    /// <summary>Whether these are 32 bytes that are a number in [1, n - 1].</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> privateKey32) =>
        privateKey32.Length == Size && Scalar.TryRead(privateKey32, out var value) && !value.IsZero;

    /// <summary>Copies the 32 bytes out, for keeping in a protected file. Overwriting the copy is the caller's.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination32"/> is not 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public void ExportPrivateKey(Span<byte> destination32)
    {
        if (destination32.Length != Size)
            throw new ArgumentException("A private key is 32 bytes.", nameof(destination32));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _privateKey.CopyTo(destination32);
        }
    }

    /// <inheritdoc/>
    public Secp256k1Signature SignDigest(ReadOnlySpan<byte> digest32)
    {
        if (digest32.Length != 32)
            throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));

        // A second attempt is for x >= n, once in 2^128 signatures; more can only be a fault.
        Span<byte> raw = stackalloc byte[Secp256k1Signature.Size];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _operations.Sign(digest32, attempt, raw);
            }

            if (Secp256k1.TryComplete(digest32, raw, _point, out var signature))
                return signature;
        }

        throw new CryptographicException("The signature that was made does not verify; it is not given out.");
    }

    /// <summary>The address; never the key.</summary>
    public override string ToString() => Address.ToString();

    /// <summary>Overwrites the key. Later operations throw; the address and the public key stay readable.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            CryptographicOperations.ZeroMemory(_privateKey);
            _operations.Dispose();
        }
    }

    private static Secp256k1Backend Choose(Secp256k1Backend backend) => backend switch
    {
        Secp256k1Backend.Portable => backend,
        Secp256k1Backend.Framework when FrameworkHasCurve => backend,
        Secp256k1Backend.Framework => throw new PlatformNotSupportedException("This platform's ECDsa has no secp256k1."),
        Secp256k1Backend.Auto => FrameworkHasCurve ? Secp256k1Backend.Framework : Secp256k1Backend.Portable,
        _ => throw new ArgumentOutOfRangeException(nameof(backend)),
    };
}
