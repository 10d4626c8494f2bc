using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

/// <summary>BIP-39 and BIP-32 against anvil, which derives its ten accounts from a mnemonic that everybody knows, by another library.</summary>
public sealed class MnemonicTests(Anvil anvil) : IClassFixture<Anvil>
{
    private const string Known = "test test test test test test test test test test test junk";

    // Twelve times the first word has no right checksum; this end has.
    private const string Abandon = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    [AnvilFact]
    public void Its_accounts_are_anvil_s()
    {
        for (var account = 0; account < 10; account++)
        {
            Assert.Equal(MnemonicFault.None, Mnemonic.TryDerive(Encoding.UTF8.GetBytes(Known), (uint)account, out var key, out _));
            using var owned = key;
            var secret = new byte[Secp256k1Key.Size];
            key!.ExportPrivateKey(secret);
            Assert.Equal(anvil.Keys[account], Hex.Encode(secret));
        }
    }

    [Theory]
    [InlineData("  TEST test\ttest test\r\ntest test test test test test test JUNK\n", MnemonicFault.None, 0)]
    [InlineData(Abandon, MnemonicFault.None, 0)]
    [InlineData("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon", MnemonicFault.Checksum, 0)]
    [InlineData("test test test test test test test test test test junk test", MnemonicFault.Checksum, 0)]
    [InlineData("test test tset test test test test test test test test junk", MnemonicFault.UnknownWord, 3)]
    [InlineData("test test test test test test test test test test test junkyards", MnemonicFault.UnknownWord, 12)]
    [InlineData("test test test test test test test test test test junk", MnemonicFault.WordCount, 0)]
    [InlineData("test", MnemonicFault.WordCount, 0)]
    [InlineData("", MnemonicFault.WordCount, 0)]
    public void A_text_is_a_mnemonic_or_has_one_fault(string text, MnemonicFault fault, int word)
    {
        Assert.Equal(fault, Mnemonic.TryDerive(Encoding.UTF8.GetBytes(text), 0, out var key, out var unknown));
        Assert.Equal((word, fault == MnemonicFault.None), (unknown, key is not null));
        key?.Dispose();
    }

    [Fact]
    public void What_is_longer_than_any_mnemonic_is_none() =>
        Assert.Equal(MnemonicFault.WordCount, Mnemonic.TryDerive(new byte[100_000], 0, out _, out _));

    /// <summary>Every length's checksum, made here from random entropy by the definition, word for word through the list.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Every_length_counts_and_one_bit_of_it_does_not(int entropyBytes)
    {
        var entropy = RandomNumberGenerator.GetBytes(entropyBytes);
        Assert.Equal(MnemonicFault.None, Fault(Words(entropy, SHA256.HashData(entropy)[0])));
        var wrong = (byte)(SHA256.HashData(entropy)[0] ^ 0x80); // the first bit of the checksum, which every length has
        Assert.Equal(MnemonicFault.Checksum, Fault(Words(entropy, wrong)));

        static MnemonicFault Fault(string words)
        {
            var fault = Mnemonic.TryDerive(Encoding.UTF8.GetBytes(words), 0, out var key, out _);
            key?.Dispose();
            return fault;
        }
    }

    [Fact]
    public void The_list_is_BIP_39_s()
    {
        var text = string.Concat(Enumerable.Range(0, WordList.Count).Select(i => Encoding.ASCII.GetString(WordList.Word(i)) + "\n"));
        Assert.Equal("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))));
        Assert.All(Enumerable.Range(0, WordList.Count), i => Assert.Equal(i, WordList.IndexOf(WordList.Word(i))));
    }

    private static string Words(byte[] entropy, byte checksum)
    {
        var bits = string.Concat(entropy.Append(checksum).Select(b => Convert.ToString(b, 2).PadLeft(8, '0')))[..(entropy.Length * 33 / 4)];
        return string.Join(' ', bits.Chunk(11).Select(c => Encoding.ASCII.GetString(WordList.Word(Convert.ToInt32(new string(c), 2)))));
    }
}
