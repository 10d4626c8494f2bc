using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

public enum SiweFault : byte
{
    None = 0,

    /// <summary>Not the one legal text.</summary>
    Malformed,

    /// <summary>Not r || s || v with r and s in range, s low and v one of 0, 1, 27, 28.</summary>
    SignatureMalformed,

    /// <summary>The address in the text did not sign the text.</summary>
    SignatureMismatch,
}

/// <summary>
/// A signed login message.
/// <para>Verified: the text is the one legal form of its members; the key of the address in it signed it (EIP-191). The signature has
/// low s, as every wallet makes it: one signature, one spelling.</para>
/// <para>NOT verified, and who must (the broker): domain, URI and chain id are this service's; the nonce was given out for this
/// login and is used once; issued at and expiration against the clock; the device key is the one that signed the request's
/// proof; what the address may do (the chain). Contract wallets (EIP-1271) cannot sign in.</para>
/// </summary>
public static class SiweVerifier
{
    /// <param name="signature65">r || s || v.</param>
    /// <param name="message">whose Address is the signer, if the result is <see cref="SiweFault.None"/>; otherwise null.</param>
    public static SiweFault Verify(string? text, ReadOnlySpan<byte> signature65, out SiweMessage? message)
    {
        message = null;
        if (!SiweMessage.TryParse(text, out var parsed))
            return SiweFault.Malformed;
        if (!Secp256k1Signature.TryParse(signature65, out var signature) || !signature.IsLowS)
            return SiweFault.SignatureMalformed;
        if (!Secp256k1.TryRecoverAddress(Eip191.HashMessage(Encoding.ASCII.GetBytes(text!)), signature, out var signer)
            || new AccountAddress(signer.ToArray()) != parsed.Address)
            return SiweFault.SignatureMismatch;
        message = parsed;
        return SiweFault.None;
    }
}
