using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace AgentKeys.Ethereum.BouncyCastle;

/// <summary>
/// A secp256k1 private key with BouncyCastle's arithmetic, nonces by RFC 6979; each signature is verified before it is returned.
/// <para>What it does NOT do: run in constant time (its numbers take as long as they are large), or wipe the copies of the key that
/// its immutable numbers hold: only the 32 bytes here are overwritten on <see cref="Dispose"/>. The built-in
/// <see cref="Secp256k1Key"/> does better on both and stays the default.</para>
/// </summary>
public sealed class BouncyCastleKey : ISecp256k1Signer
{
    private readonly byte[] _privateKey = GC.AllocateArray<byte>(Secp256k1Key.Size, pinned: true);
    private readonly byte[] _publicKey;
    private readonly Lock _lock = new();
    private bool _disposed;

    /// <exception cref="ArgumentException">Not 32 bytes, or the number is not in [1, n - 1]. The message does not repeat them.</exception>
    public BouncyCastleKey(ReadOnlySpan<byte> privateKey32)
    {
        if (!Secp256k1Key.IsPrivateKey(privateKey32))
            throw new ArgumentException("A private key is 32 bytes, a number from 1 to n - 1.", nameof(privateKey32));
        privateKey32.CopyTo(_privateKey);
        _publicKey = BouncyCastleSecp256k1.PublicKeyOf(BouncyCastleSecp256k1.Read(_privateKey));
        Address = Secp256k1.AddressOf(_publicKey);
    }

    public Address Address { get; }

    public byte[] PublicKey => [.. _publicKey];

    /// <inheritdoc/>
    public Secp256k1Signature SignDigest(ReadOnlySpan<byte> digest32)
    {
        if (digest32.Length != 32)
            throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        Span<byte> r = stackalloc byte[32];
        Span<byte> s = stackalloc byte[32];
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            signer.Init(forSigning: true, new ECPrivateKeyParameters(BouncyCastleSecp256k1.Read(_privateKey), BouncyCastleSecp256k1.Domain));
            var made = signer.GenerateSignature(digest32.ToArray());
            BouncyCastleSecp256k1.Write(made[0], r);
            BouncyCastleSecp256k1.Write(made[1], s);
        }

        for (var v = 0; v <= 1; v++)
        {
            var signature = new Secp256k1Signature(r, s, v);
            if (BouncyCastleSecp256k1.TryRecover(digest32, signature, out var recovered) && recovered.AsSpan().SequenceEqual(_publicKey))
                return signature.Normalize();
        }

        throw new CryptographicException("The signature that was made does not verify; it is not given out.");
    }

    /// <summary>The address; never the key.</summary>
    public override string ToString() => Address.ToString();

    /// <summary>Overwrites the key's bytes. Later operations throw; the address and the public key stay readable.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_privateKey);
        }
    }
}
