using System.Text;
using AgentKeys.Ethereum;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;

namespace AgentKeys.Chain.Nethereum;

/// <summary>Who signed, by Nethereum.Signer. Null: nobody, the signature is none.</summary>
public static class NethereumRecovery
{
    static NethereumRecovery() => EthECKey.SignRecoverable = true;

    /// <summary>A text as wallets sign it (EIP-191, personal_sign); an EIP-4361 message is one.</summary>
    /// <param name="signature65">r || s || v.</param>
    public static Address? OfMessage(string text, byte[] signature65) =>
        Recover(signature65, hex => new EthereumMessageSigner().EcRecover(Encoding.UTF8.GetBytes(text), hex));

    /// <summary>Typed data (EIP-712), as the JSON of eth_signTypedData_v4.</summary>
    public static Address? OfTypedData(string json, byte[] signature65) =>
        Recover(signature65, hex => Eip712TypedDataSigner.Current.RecoverFromSignatureV4(json, hex));

    /// <summary>Thirty-two bytes as they are.</summary>
    public static Address? OfDigest(byte[] digest32, byte[] signature65) =>
        Recover(signature65, hex => EthECKey.RecoverFromSignature(EthECDSASignatureFactory.ExtractECDSASignature(hex), digest32).GetPublicAddress());

    private static Address? Recover(byte[] signature65, Func<string, string> recover)
    {
        if (!Secp256k1Signature.TryParse(signature65, out var signature))
            return null;
        try
        {
            return Address.TryParse(recover(signature.ToString()), out var address) ? address : null;
        }
        // Everything: no key comes out of it, whatever Nethereum throws for that.
        catch (Exception)
        {
            return null;
        }
    }
}
