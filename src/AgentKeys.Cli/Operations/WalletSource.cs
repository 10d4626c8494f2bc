using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using AgentKeys.Client;
using AgentKeys.Ethereum;

namespace AgentKeys.Cli;

/// <summary>Where <c>init</c> takes the wallet from: made here, or one that exists, as a mnemonic or in hex. Never the command line.</summary>
internal sealed record WalletSource(bool Import, uint Account, string? File, int? Descriptor)
{
    private const int MaxBytes = 4096;

    /// <exception cref="CliException">options that say nothing without another.</exception>
    public void ExpectConsistent(bool agent)
    {
        if (agent && Import)
            throw CliException.Usage("An agent has no wallet to import.", "agentkeys init --agent --operator 0x...");
        if (!Import && (Account > 0 || File is not null || Descriptor is not null))
            throw CliException.Usage("--account, --from-file and --from-fd go with --import.", "agentkeys init --import --from-file mnemonic.txt");
        if (Account > int.MaxValue)
            throw CliException.Usage("--account is below 2147483648.");
    }

    /// <summary>Keeps the wallet in the home, where one is asked for; a home that has the very same is left as it is.</summary>
    /// <exception cref="CliException">neither mnemonic nor hex; or the home has another wallet.</exception>
    public void ImportInto(CommandContext context)
    {
        if (!Import)
            return;
        using var key = Read(context);
        var path = context.Home.WalletKeyPath;
        if (!System.IO.File.Exists(path))
        {
            context.Home.Keep(key, path, KeyPurpose.Wallet);
            return;
        }
        using var there = context.Home.LoadWallet();
        if (there.Address != key.Address)
            throw CliException.Failure($"{path} is another wallet, {there.Address.ToChecksumString()}; yours is {key.Address.ToChecksumString()}.", "use another --home, or move that file away");
    }

    private Secp256k1Key Read(CommandContext context)
    {
        var text = SecretInput.Read("The wallet's mnemonic or private key", File is null ? null : context.PathOf(File), Descriptor, context.Edges, MaxBytes);
        try
        {
            return TryHex(text, out var key) ? key! : FromWords(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>64 digits, with or without 0x, white space around them.</summary>
    private bool TryHex(ReadOnlySpan<byte> text, out Secp256k1Key? key)
    {
        key = null;
        text = text.Trim(" \t\r\n"u8);
        if (text.StartsWith("0x"u8) || text.StartsWith("0X"u8))
            text = text[2..];
        if (text.ContainsAny(" \t\r\n"u8) || text.Length < 32)
            return false;
        Span<byte> secret = stackalloc byte[Secp256k1Key.Size];
        try
        {
            if (text.Length != 2 * secret.Length || Convert.FromHexString(text, secret, out _, out _) != OperationStatus.Done || !Secp256k1Key.IsPrivateKey(secret))
                throw CliException.Usage("This is no private key: 64 hex digits, above zero and below the order of secp256k1.", "nothing was kept; try again");
            if (Account > 0)
                throw CliException.Usage("--account chooses among a mnemonic's accounts; a private key is one.");
            key = Secp256k1Key.FromPrivateKey(secret);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private Secp256k1Key FromWords(ReadOnlySpan<byte> text)
    {
        var fault = Mnemonic.TryDerive(text, Account, out var key, out var word);
        return fault switch
        {
            MnemonicFault.None => key!,
            MnemonicFault.WordCount => throw Wrong("a mnemonic has 12, 15, 18, 21 or 24 words, a private key 64 hex digits"),
            MnemonicFault.UnknownWord => throw Wrong(string.Create(CultureInfo.InvariantCulture, $"word {word} is not in the English list of BIP-39")),
            _ => throw Wrong("its checksum is wrong: a word is another one, or two changed places"),
        };
    }

    private static CliException Wrong(string what) => CliException.Usage($"This is no mnemonic: {what}.", "nothing was kept; try again");
}
