using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Ethereum;
using Nethereum.Model;
using Nethereum.Signer;
using SignedTransaction = AgentKeys.Ethereum.SignedTransaction;

namespace AgentKeys.Chain.Nethereum;

/// <summary>Transactions as Nethereum encodes them, signed by whoever has the key.</summary>
public static class NethereumSigning
{
    /// <exception cref="CryptographicException">The external signer signed something else, or with another key: nothing is sent.</exception>
    /// <exception cref="NotSupportedException">The external signer cannot sign this kind of transaction.</exception>
    public static async Task<SignedTransaction> SignAsync(UnsignedTransaction transaction, ISecp256k1Signer signer)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(signer);
        var (model, sign) = transaction.Tip is null ? Legacy(transaction) : Eip1559(transaction);
        if (signer is NethereumAccount { ExternalSigner: { } external })
            await sign(external);
        else
            model.SetSignature(Signature(transaction, signer.SignDigest(model.RawHash)));
        Check(transaction, model, signer.Address);
        return Signed(model);
    }

    /// <summary>What would be signed: the unsigned payload. For comparison with other encoders.</summary>
    public static byte[] UnsignedPayload(UnsignedTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return (transaction.Tip is null ? Legacy(transaction) : Eip1559(transaction)).Model.GetRLPEncodedRaw();
    }

    private static SignedTransaction Signed(ISignedTransaction model)
    {
        var raw = model.GetRLPEncoded();
        return new SignedTransaction(raw, Keccak256.Hash(raw));
    }

    private static (ISignedTransaction Model, Func<IEthExternalSigner, Task> Sign) Eip1559(UnsignedTransaction transaction)
    {
        var model = new Transaction1559(
            transaction.ChainId, transaction.Nonce, transaction.Tip!.Value, transaction.FeePerGas, transaction.GasLimit,
            transaction.To?.ToString() ?? "", transaction.Value, Hex.Encode(transaction.Data.Span), []);
        return (model, signer => signer.Supported1559
            ? signer.SignAsync(model)
            : throw new NotSupportedException("The external signer cannot sign EIP-1559 transactions: use a chain profile with the legacy gas model."));
    }

    private static (ISignedTransaction Model, Func<IEthExternalSigner, Task> Sign) Legacy(UnsignedTransaction transaction)
    {
        var model = new LegacyTransactionChainId(
            transaction.To?.ToString() ?? "", transaction.Value, transaction.Nonce, transaction.FeePerGas, transaction.GasLimit,
            Hex.Encode(transaction.Data.Span), transaction.ChainId);
        return (model, signer => signer.SignAsync(model));
    }

    private static EthECDSASignature Signature(UnsignedTransaction transaction, Secp256k1Signature signature)
    {
        var v = transaction.Tip is null ? 35 + 2 * (BigInteger)transaction.ChainId + signature.V : signature.V;
        return EthECDSASignatureFactory.FromComponents(signature.R, signature.S, v.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Nothing goes to a node that is not exactly what was asked for, signed by exactly that account.</summary>
    private static void Check(UnsignedTransaction transaction, ISignedTransaction model, Address account)
    {
        var digest = transaction.SigningHash();
        if (!model.RawHash.AsSpan().SequenceEqual(digest))
            throw new CryptographicException("The transaction that was signed is another one; it is not sent.");
        var signature = model.Signature;
        if (signature is null || signature.R.Length > 32 || signature.S.Length > 32)
            throw NotThisAccounts();
        for (var v = 0; v <= 1; v++)
        {
            var candidate = new byte[Secp256k1Signature.SizeWithV];
            signature.R.CopyTo(candidate, 32 - signature.R.Length);
            signature.S.CopyTo(candidate, 64 - signature.S.Length);
            candidate[64] = (byte)v;
            if (Secp256k1Signature.TryParse(candidate, out var parsed) && parsed.IsLowS
                && Secp256k1.TryRecoverAddress(digest, parsed, out var recovered) && recovered == account && HasParity(signature.V, transaction, v))
                return;
        }

        throw NotThisAccounts();
    }

    private static bool HasParity(byte[] written, UnsignedTransaction transaction, int v)
    {
        var number = new BigInteger(written, isUnsigned: true, isBigEndian: true);
        return transaction.Tip is null ? number == 35 + 2 * (BigInteger)transaction.ChainId + v : number == v || number == 27 + v;
    }

    private static CryptographicException NotThisAccounts() => new("The signature is not this account's, or not with low s; it is not sent.");
}
