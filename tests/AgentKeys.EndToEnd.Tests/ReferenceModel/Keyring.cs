using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;
using AgentKeys.Testing.Reference;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>Every private key of a run, made from its seed, found by address or by the passkey's X.</summary>
internal sealed class Keyring(ulong seed) : IDisposable
{
    public static readonly string[] RpIds = ["localhost", "keys.example"];
    public static readonly string[] Origins = ["http://localhost:9091", "https://keys.example"];

    private readonly Dictionary<string, Secp256k1Key> _accounts = [];
    private readonly Dictionary<string, SoftwareAuthenticator> _passkeys = [];
    private readonly Dictionary<string, string> _devices = [];
    private uint _made;

    public static IReadOnlyList<string> RpIdHashes { get; } = [.. RpIds.Select(r => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(r))))];

    public static IReadOnlyList<string> OriginHashes { get; } = [.. Origins.Select(o => Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(o))))];

    /// <summary>A new account; its address.</summary>
    public string NewAccount()
    {
        var key = Secp256k1Key.FromPrivateKey(NewSecret());
        var address = Convert.ToHexStringLower(key.Address.ToArray());
        _accounts[address] = key;
        _devices[Word.DeviceHash(address)] = address;
        return address;
    }

    public Secp256k1Key Account(string address) => _accounts[address];

    /// <summary>The address behind a device key hash of this ring.</summary>
    public string AddressOfDevice(string hash) => _devices[hash];

    /// <param name="origin">Index of the origin it is bound to, or -1.</param>
    public ModelPasskey NewPasskey(int rpId, int origin)
    {
        var authenticator = SoftwareAuthenticator.FromPrivateKey(NewSecret(), NewSecret(), RpIds[rpId]);
        var x = authenticator.X.ToBareHex();
        _passkeys[x] = authenticator;
        return new ModelPasskey(
            Convert.ToHexStringLower(SHA256.HashData(authenticator.CredentialId)), x, authenticator.Y.ToBareHex(),
            RpIdHashes[rpId], origin < 0 ? Word.Zero : OriginHashes[origin]);
    }

    public SoftwareAuthenticator Passkey(string x) => _passkeys[x];

    public void Dispose()
    {
        foreach (var key in _accounts.Values)
            key.Dispose();
        foreach (var passkey in _passkeys.Values)
            passkey.Dispose();
    }

    /// <summary>A hash is a private key of either curve but for a chance of 2^-32 at most, and then making the key throws.</summary>
    private byte[] NewSecret()
    {
        var input = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(input, seed);
        BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(8), _made++);
        return SHA256.HashData(input);
    }
}
