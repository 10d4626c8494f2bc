using System.Security.Cryptography;
using AgentKeys.Ethereum;
using Nethereum.RPC.Accounts;
using Nethereum.Signer;
using Nethereum.Web3.Accounts;

namespace AgentKeys.Chain.Nethereum;

/// <summary>A key that a Nethereum application has: in memory, or behind an external signer (a vault, a hardware wallet).</summary>
public sealed class NethereumAccount : ISecp256k1Signer
{
    private readonly EthECKey? _key;

    /// <summary>The same key where it begins with a zero byte, as one in 256 does: EthECKey leaves the zero out and then cannot sign (Nethereum 6.1.0).</summary>
    private readonly Secp256k1Key? _shortKey;

    private NethereumAccount(Address address, EthECKey? key, IEthExternalSigner? external) =>
        (Address, _key, _shortKey, ExternalSigner) = (address, key, key is null ? null : ShortKey(key), external);

    public Address Address { get; }

    /// <exception cref="NotSupportedException">An external signer says its address, not its public key.</exception>
    public byte[] PublicKey => _key?.GetPubKey(false) ?? throw new NotSupportedException("An external signer does not say its public key.");

    /// <summary>Null: the key is in memory.</summary>
    internal IEthExternalSigner? ExternalSigner { get; }

    public static NethereumAccount FromKey(EthECKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new NethereumAccount(Address.Parse(key.GetPublicAddress()), key, null);
    }

    public static async Task<NethereumAccount> FromExternalSignerAsync(IEthExternalSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new NethereumAccount(Address.Parse(await signer.GetAddressAsync()), null, signer);
    }

    /// <summary>Of an <see cref="Account"/>, whose key is in memory, or an <see cref="ExternalAccount"/>.</summary>
    /// <exception cref="NotSupportedException">Another kind: a key that the node holds cannot sign what is not a transaction of the node's own making.</exception>
    public static NethereumAccount FromAccount(IAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account switch
        {
            Account inMemory => FromKey(new EthECKey(inMemory.PrivateKey)),
            ExternalAccount { Address.Length: > 0 } external => new NethereumAccount(Address.Parse(external.Address), null, external.ExternalSigner),
            ExternalAccount => throw new NotSupportedException("The external account does not know its address yet: call InitialiseAsync first."),
            _ => throw new NotSupportedException($"An account of type {account.GetType().Name} gives no signer."),
        };
    }

    /// <inheritdoc/>
    /// <remarks>With an external signer this waits for it, which may be for a person; transactions do not come this way.</remarks>
    public Secp256k1Signature SignDigest(ReadOnlySpan<byte> digest32)
    {
        if (digest32.Length != 32)
            throw new ArgumentException("A digest is 32 bytes.", nameof(digest32));
        if (_shortKey is not null)
            return _shortKey.SignDigest(digest32);
        var digest = digest32.ToArray();
        var signed = _key is not null ? _key.SignAndCalculateV(digest) : ExternalSigner!.SignAsync(digest).GetAwaiter().GetResult();
        var bytes = new byte[Secp256k1Signature.SizeWithV];
        signed.R.CopyTo(bytes, 32 - signed.R.Length);
        signed.S.CopyTo(bytes, 64 - signed.S.Length);
        bytes[64] = signed.V[0];
        return Secp256k1Signature.Parse(bytes).Normalize();
    }

    /// <summary>The key is the application's and stays.</summary>
    public void Dispose() => _shortKey?.Dispose();

    /// <summary>The address; never the key.</summary>
    public override string ToString() => Address.ToString();

    private static Secp256k1Key? ShortKey(EthECKey key)
    {
        var bytes = key.GetPrivateKeyAsBytes(); // EthECKey's own array
        var padded = new byte[32];
        bytes.CopyTo(padded, 32 - bytes.Length);
        try
        {
            return padded[0] == 0 ? Secp256k1Key.FromPrivateKey(padded) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }
}
