using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>A secp256k1 key for tests, a device's (K10) or a wallet's: signs with the framework's ECDsa, independent of src.</summary>
public sealed class TestDevice : IDisposable
{
    private static readonly ECCurve s_curve = ECCurve.CreateFromFriendlyName("secP256k1");
    private static readonly BigInteger s_order = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);

    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    public TestDevice()
        : this(ECDsa.Create(s_curve))
    {
    }

    private TestDevice(ECDsa key)
    {
        _key = key;
        var q = _key.ExportParameters(false).Q;
        Jwk = new Jwk(Jwk.Secp256k1, q.X, q.Y);
        Address = AccountAddress.OfPublicKey(Jwk.ToPublicKey());
    }

    /// <summary>The key of a key file, as whoever has the machine has it.</summary>
    public static TestDevice OfKeyFile(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        var secret = Convert.FromHexString(file.RootElement.GetProperty("private_key").GetString()![2..]);
        return new TestDevice(ECDsa.Create(new ECParameters { Curve = s_curve, D = secret }));
    }

    public Jwk Jwk { get; }
    public AccountAddress Address { get; }
    public DeviceKeyHash Hash => DeviceKeyHash.OfAddress(Address);

    /// <summary>The omni that this key's first registration would derive.</summary>
    public Omni Omni => Omni.OfAddress(Address);

    public Bytes32 Jkt => Jwk.Thumbprint();

    /// <summary>64 bytes r || s over a 32-byte digest, low s.</summary>
    public byte[] Sign(byte[] digest) => WithLowS(SignRaw(digest), low: true);

    /// <summary>The other valid signature, which must be refused everywhere.</summary>
    public byte[] SignHighS(byte[] digest) => WithLowS(SignRaw(digest), low: false);

    /// <summary>ES256K over SHA-256 of the signing input.</summary>
    public byte[] SignJws(byte[] signingInput) => Sign(SHA256.HashData(signingInput));

    /// <summary>A valid proof for exactly this request.</summary>
    public string Prove(string method, string url, string? token, ReadOnlySpan<byte> body, DateTimeOffset now, string? id = null)
    {
        var input = ProofOfPossession.EncodeSigningInput(Jwk, method, url, token, new Bytes32(SHA256.HashData(body)), now, id ?? TestTokens.NewId());
        return CompactJws.Assemble(input, SignJws(input));
    }

    /// <summary>EIP-191 personal_sign of a text: 65 bytes r || s || v with v 27 or 28.</summary>
    public byte[] SignPersonal(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var prefix = Encoding.ASCII.GetBytes($"\u0019Ethereum Signed Message:\n{bytes.Length}");
        var digest = Ethereum.Keccak256.Hash([.. prefix, .. bytes]);
        var signature = Sign(digest);
        foreach (byte v in (ReadOnlySpan<byte>)[0, 1])
        {
            if (Ethereum.Secp256k1.TryRecoverAddress(digest, new Ethereum.Secp256k1Signature(signature.AsSpan(0, 32), signature.AsSpan(32), v), out var address)
                && address.ToString().Equals(Address.ToString(), StringComparison.OrdinalIgnoreCase))
                return [.. signature, (byte)(27 + v)];
        }
        throw new InvalidOperationException("No recovery id fits.");
    }

    public void Dispose() => _key.Dispose();

    private byte[] SignRaw(byte[] digest)
    {
        lock (_lock)
            return _key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static byte[] WithLowS(byte[] signature, bool low)
    {
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        if (s > s_order / 2 == low)
            s = s_order - s;
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
    }
}
