using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Testing.Reference;

/// <summary>
/// Ids and words of the reference model: lower-case hex without 0x, 40 digits for an address, 64 for all else. Text on purpose: it
/// shares no type with what it checks, and reads well where a run differs.
/// </summary>
public static class Word
{
    public static string Zero { get; } = new('0', 64);

    public static string ZeroAddress { get; } = new('0', 40);

    public static string Of(ulong value) => value.ToString("x64", CultureInfo.InvariantCulture);

    public static string Of(bool value) => Of(value ? 1UL : 0);

    public static string OfAddress(string address) => address.PadLeft(64, '0');

    /// <summary>keccak256 of the 20 bytes of a K10's address.</summary>
    public static string DeviceHash(string address) => Convert.ToHexStringLower(Keccak256.Hash(Convert.FromHexString(address)));

    /// <summary>SPEC section 2: of the first wallet or the first device.</summary>
    public static string Omni(string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("agentkeysevm0x" + address)));
}
