using System.Globalization;
using System.Text;

namespace AgentKeys.Ethereum;

/// <summary>EIP-191, version 0x45: what a wallet's "personal_sign" signs. The prefix keeps a message from being a transaction.</summary>
public static class Eip191
{
    /// <summary>keccak256(0x19 "Ethereum Signed Message:\n" || length of the message in bytes, decimal || message).</summary>
    public static byte[] HashMessage(ReadOnlySpan<byte> message)
    {
        var length = Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture));
        return Keccak256.Hash([.. "\u0019Ethereum Signed Message:\n"u8, .. length, .. message]);
    }
}
