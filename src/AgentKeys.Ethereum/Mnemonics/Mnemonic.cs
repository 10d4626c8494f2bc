using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AgentKeys.Ethereum;

/// <summary>Why a text is no mnemonic.</summary>
public enum MnemonicFault
{
    None,

    /// <summary>Not 12, 15, 18, 21 or 24 words.</summary>
    WordCount,

    /// <summary>A word that is not in the English list.</summary>
    UnknownWord,

    /// <summary>All words are in the list, but together they are no mnemonic: one is wrong, or two changed places.</summary>
    Checksum,
}

/// <summary>
/// A wallet's key from its mnemonic: BIP-39 (English, without a passphrase) makes the seed, BIP-32 derives
/// <c>m/44'/60'/0'/0/account</c> from it (BIP-44, coin 60), as Ethereum wallets do.
/// <para>Checked: number of words, each word, the checksum. Everything on the way is bytes and is overwritten.</para>
/// </summary>
public static class Mnemonic
{
    private const int LongestText = 24 * 9;
    private const int BitsPerWord = 11;
    private const int Rounds = 2048;
    private const int SeedSize = 64;
    private const uint Hardened = 0x8000_0000;

    /// <param name="utf8">words with white space between them, in upper or lower case. Overwriting it stays with the caller.</param>
    /// <param name="account">last number of the path, below 2^31.</param>
    /// <param name="key">the caller disposes it; null with a fault.</param>
    /// <param name="word">which word is unknown, from 1; 0 otherwise.</param>
    public static MnemonicFault TryDerive(ReadOnlySpan<byte> utf8, uint account, out Secp256k1Key? key, out int word)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(account, Hardened);
        (key, word) = (null, 0);
        Span<byte> sentence = stackalloc byte[LongestText];
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            if (!TryNormalize(utf8, sentence, out var length, out var words))
                return MnemonicFault.WordCount;
            var fault = Check(sentence[..length], words, out word);
            if (fault != MnemonicFault.None)
                return fault;
            Rfc2898DeriveBytes.Pbkdf2(sentence[..length], "mnemonic"u8, seed, Rounds, HashAlgorithmName.SHA512);
            key = Derive(seed, [44 | Hardened, 60 | Hardened, 0 | Hardened, 0, account]);
            return MnemonicFault.None;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sentence);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Lower case, one space between words.</summary>
    private static bool TryNormalize(ReadOnlySpan<byte> utf8, Span<byte> sentence, out int length, out int words)
    {
        (length, words) = (0, 0);
        var inWord = false;
        foreach (var b in utf8)
        {
            var isSpace = b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
            if (!isSpace && !inWord)
            {
                words++;
                if (length > 0 && length < sentence.Length)
                    sentence[length++] = (byte)' ';
            }
            inWord = !isSpace;
            if (isSpace)
                continue;
            if (length == sentence.Length)
                return false;
            sentence[length++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        }
        return words is 12 or 15 or 18 or 21 or 24;
    }

    /// <summary>BIP-39: the words are 11 bits each, entropy and behind it the first bits of its SHA-256, one for 32.</summary>
    private static MnemonicFault Check(ReadOnlySpan<byte> sentence, int words, out int unknown)
    {
        unknown = 0;
        Span<byte> bits = stackalloc byte[(24 * BitsPerWord) / 8];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        bits.Clear();
        try
        {
            var at = 0;
            foreach (var range in sentence.Split((byte)' '))
            {
                var index = WordList.IndexOf(sentence[range]);
                if (index < 0)
                {
                    unknown = (at / BitsPerWord) + 1;
                    return MnemonicFault.UnknownWord;
                }
                for (var bit = BitsPerWord - 1; bit >= 0; bit--, at++)
                    bits[at / 8] |= (byte)(((index >> bit) & 1) << (7 - (at % 8)));
            }
            var entropy = words * BitsPerWord * 32 / 33 / 8;
            SHA256.HashData(bits[..entropy], hash);
            var mask = (byte)(0xFF << (8 - (entropy / 4)));
            return (bits[entropy] & mask) == (hash[0] & mask) ? MnemonicFault.None : MnemonicFault.Checksum;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bits);
            CryptographicOperations.ZeroMemory(hash);
        }
    }

    /// <summary>BIP-32, private parent to private child, from the seed down the path.</summary>
    private static Secp256k1Key Derive(ReadOnlySpan<byte> seed, ReadOnlySpan<uint> path)
    {
        Span<byte> node = stackalloc byte[64]; // key, then chain code
        Span<byte> data = stackalloc byte[37];
        Span<byte> next = stackalloc byte[64];
        try
        {
            HMACSHA512.HashData("Bitcoin seed"u8, seed, node);
            foreach (var index in path)
            {
                if (index >= Hardened)
                {
                    data[0] = 0;
                    node[..32].CopyTo(data[1..]);
                }
                else
                {
                    WriteCompressed(node[..32], data);
                }
                BinaryPrimitives.WriteUInt32BigEndian(data[33..], index);
                HMACSHA512.HashData(node[32..], data, next);
                Add(next[..32], node[..32]);
                next[32..].CopyTo(node[32..]);
            }
            return Secp256k1Key.FromPrivateKey(node[..32]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
            CryptographicOperations.ZeroMemory(data);
            CryptographicOperations.ZeroMemory(next);
        }
    }

    /// <summary>SEC 1's compressed form of the key's point: the parity of y, and x.</summary>
    private static void WriteCompressed(ReadOnlySpan<byte> privateKey, Span<byte> destination)
    {
        using var key = Secp256k1Key.FromPrivateKey(privateKey);
        var point = key.PublicKey.AsSpan(^64..);
        destination[0] = (byte)(2 | (point[63] & 1));
        point[..32].CopyTo(destination[1..]);
    }

    /// <summary>Adds modulo n, into the second. What BIP-32 calls invalid nobody has ever seen: one in 2^127.</summary>
    private static void Add(ReadOnlySpan<byte> tweak, Span<byte> key)
    {
        _ = Scalar.TryRead(key, out var parent);
        if (!Scalar.TryRead(tweak, out var scalar) || (scalar + parent).IsZero)
            throw new CryptographicException("This seed has no key at this path (BIP-32).");
        (scalar + parent).Write(key);
    }
}
