using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using FsCheck.Fluent;
using Xunit;

namespace AgentKeys.Tests.Login;

public class SiweTests
{
    private static readonly AccountAddress s_address = AccountAddress.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    private static readonly SiweMessage s_message = new(
        "localhost:8091", s_address, "Sign in to AgentKeys with this device.", "http://localhost:8091/v1/auth/wallet/verify", 31337, "k8Jx2mQ0vT4bYw9ZcR1e",
        new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 31, 12, 5, 0, TimeSpan.Zero), DeviceKeyHash.OfAddress(s_address));

    /// <summary>What viem's createSiweMessage and the siwe package write for these members (with times in seconds).</summary>
    private const string Text =
        "localhost:8091 wants you to sign in with your Ethereum account:\n0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n\n"
        + "Sign in to AgentKeys with this device.\n\nURI: http://localhost:8091/v1/auth/wallet/verify\nVersion: 1\nChain ID: 31337\n"
        + "Nonce: k8Jx2mQ0vT4bYw9ZcR1e\nIssued At: 2026-01-31T12:00:00Z\nExpiration Time: 2026-01-31T12:05:00Z\nResources:\n"
        + "- urn:agentkeys:device:0xe9707d0e6171f728f7473c24cc0432a9b07eaaf1efed6a137a4a8c12c79552d9";

    /// <summary>By viem's signMessage with anvil's first key.</summary>
    private static byte[] Signature => Convert.FromHexString(
        "1fb307113ba40948b93fdb95c743ed40222d34ad39f6d53c47e6d07b1e956deb210a8ce2904c5598f34a1d7142dd9ceeb86b2cf0ec261141639e29b5f9a1cd381c");

    [Fact]
    public void The_text_is_what_other_libraries_write()
    {
        Assert.Equal(Text, s_message.ToText());
        Assert.True(SiweMessage.TryParse(Text, out var read));
        Assert.Equal(s_message, read);
    }

    [Fact]
    public void A_wallets_signature_verifies()
    {
        Assert.Equal(SiweFault.None, SiweVerifier.Verify(Text, Signature, out var message));
        Assert.Equal(s_message, message);
    }

    public static TheoryData<string, string> Bent => new()
    {
        { "a scheme in front", "https://" + Text },
        { "no domain", Text["localhost:8091".Length..] },
        { "a space in the domain", Text.Replace("localhost:8091 wants", "local host:8091 wants", StringComparison.Ordinal) },
        { "a letter in the port", Text.Replace("localhost:8091 wants", "localhost:8o91 wants", StringComparison.Ordinal) },
        { "no host in brackets", Text.Replace("localhost:8091 wants", "[]:8091 wants", StringComparison.Ordinal) },
        { "two ports", Text.Replace("localhost:8091 wants", "localhost:80:91 wants", StringComparison.Ordinal) },
        { "a colon without a port", Text.Replace("localhost:8091 wants", "localhost: wants", StringComparison.Ordinal) },
        { "a port of six digits", Text.Replace("localhost:8091 wants", "localhost:808091 wants", StringComparison.Ordinal) },
        { "a port without a host", Text.Replace("localhost:8091 wants", ":8091 wants", StringComparison.Ordinal) },
        { "a bracket inside the host", Text.Replace("localhost:8091 wants", "local[host:8091 wants", StringComparison.Ordinal) },
        { "a bracket that does not close", Text.Replace("localhost:8091 wants", "[::1:8091 wants", StringComparison.Ordinal) },
        { "two brackets that open", Text.Replace("localhost:8091 wants", "[:[:1]:8091 wants", StringComparison.Ordinal) },
        { "another greeting", Text.Replace("wants you", "would like you", StringComparison.Ordinal) },
        { "the address in lower case", Text.Replace("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", StringComparison.Ordinal) },
        { "the address in upper case", Text.Replace("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "F39FD6E51AAD88F6F4CE6AB8827279CFFFB92266", StringComparison.Ordinal) },
        { "an address whose checksum is wrong", Text.Replace("0xf39F", "0xF39F", StringComparison.Ordinal) },
        { "no statement", Text.Replace("Sign in to AgentKeys with this device.\n", "", StringComparison.Ordinal) },
        { "an empty statement", Text.Replace("Sign in to AgentKeys with this device.", "", StringComparison.Ordinal) },
        { "two lines of statement", Text.Replace("with this", "with\nthis", StringComparison.Ordinal) },
        { "a statement with a sign that is not allowed", Text.Replace("with this", "with <this>", StringComparison.Ordinal) },
        { "a statement outside ASCII", Text.Replace("with this", "w\u00efth this", StringComparison.Ordinal) },
        { "another scheme of the URI", Text.Replace("URI: http:", "URI: ftp:", StringComparison.Ordinal) },
        { "a space in the URI", Text.Replace("/wallet/", "/wal let/", StringComparison.Ordinal) },
        { "another version", Text.Replace("Version: 1", "Version: 2", StringComparison.Ordinal) },
        { "a zero before the chain id", Text.Replace("Chain ID: 31337", "Chain ID: 031337", StringComparison.Ordinal) },
        { "a sign before the chain id", Text.Replace("Chain ID: 31337", "Chain ID: +31337", StringComparison.Ordinal) },
        { "a chain id of 65 bits", Text.Replace("Chain ID: 31337", "Chain ID: 18446744073709551616", StringComparison.Ordinal) },
        { "a nonce of 7", Text.Replace("k8Jx2mQ0vT4bYw9ZcR1e", "k8Jx2mQ", StringComparison.Ordinal) },
        { "a nonce of 65", Text.Replace("k8Jx2mQ0vT4bYw9ZcR1e", new string('a', 65), StringComparison.Ordinal) },
        { "a nonce with another sign", Text.Replace("k8Jx2mQ0", "k8Jx-mQ0", StringComparison.Ordinal) },
        { "milliseconds", Text.Replace("12:00:00Z", "12:00:00.000Z", StringComparison.Ordinal) },
        { "an offset", Text.Replace("12:00:00Z", "12:00:00+00:00", StringComparison.Ordinal) },
        { "lower-case z", Text.Replace("12:00:00Z", "12:00:00z", StringComparison.Ordinal) },
        { "a leap second", Text.Replace("12:00:00Z", "12:00:60Z", StringComparison.Ordinal) },
        { "a day that is not", Text.Replace("2026-01-31T12:00", "2026-02-31T12:00", StringComparison.Ordinal) },
        { "no expiration", Text.Replace("Expiration Time: 2026-01-31T12:05:00Z\n", "", StringComparison.Ordinal) },
        { "not before", Text.Replace("Resources:", "Not Before: 2026-01-31T12:00:00Z\nResources:", StringComparison.Ordinal) },
        { "a request id", Text.Replace("Resources:", "Request ID: 1\nResources:", StringComparison.Ordinal) },
        { "members in another order", Text.Replace("Version: 1\nChain ID: 31337", "Chain ID: 31337\nVersion: 1", StringComparison.Ordinal) },
        { "no resource", Text[..Text.LastIndexOf('\n')] },
        { "another resource", Text.Replace("urn:agentkeys:device:", "urn:agentkeys:wallet:", StringComparison.Ordinal) },
        { "two resources", Text + Text[Text.LastIndexOf('\n')..] },
        { "a device in upper case", Text.Replace("0xe9707d", "0xE9707D", StringComparison.Ordinal) },
        { "a shorter device", Text[..^1] },
        { "a line break at the end", Text + "\n" },
        { "CR LF", Text.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "a blank at a line's end", Text.Replace("Version: 1", "Version: 1 ", StringComparison.Ordinal) },
        { "empty", "" },
    };

    [Theory]
    [MemberData(nameof(Bent))]
    public void Fails_when_the_text_has(string what, string text)
    {
        Assert.NotEqual(Text, text);
        Assert.False(SiweMessage.TryParse(text, out _), what);
        Assert.Equal(SiweFault.Malformed, SiweVerifier.Verify(text, Signature, out var message));
        Assert.Null(message);
    }

    /// <summary>Other legal texts: the signature is not theirs.</summary>
    public static TheoryData<string, string> Others => new()
    {
        { "localhost:8091 wants", "localhost wants" },
        { "localhost:8091 wants", "[::1]:8091 wants" },
        { "localhost:8091 wants", "[::1] wants" },
        { "localhost:8091 wants", "localhost:8092 wants" },
        { "Sign in to", "Sign up to" },
        { "/verify", "/verifz" },
        { "31337", "31338" },
        { "k8Jx", "k8Jy" },
        { "12:00:00Z", "12:00:01Z" },
        { "12:05:00Z", "12:05:01Z" },
        { "0xe9707d", "0xe9707e" },
        { "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Fails_when_a_member_differs(string from, string to)
    {
        var other = Text.Replace(from, to, StringComparison.Ordinal);
        Assert.True(SiweMessage.TryParse(other, out _));
        Assert.Equal(SiweFault.SignatureMismatch, SiweVerifier.Verify(other, Signature, out var message));
        Assert.Null(message);
    }

    [Fact]
    public void Signatures_have_low_s_and_a_v_of_four()
    {
        SiweFault With(Func<byte[], byte[]> bend) => SiweVerifier.Verify(Text, bend(Signature), out _);
        static Func<byte[], byte[]> V(byte v) => signature => [.. signature[..64], v];

        Assert.Equal(SiweFault.None, With(V(28)));
        Assert.Equal(SiweFault.None, With(V(1)));
        Assert.Equal(SiweFault.SignatureMismatch, With(V(27)));
        Assert.Equal(SiweFault.SignatureMismatch, With(V(0)));
        Assert.Equal(SiweFault.SignatureMalformed, With(V(2)));
        Assert.Equal(SiweFault.SignatureMalformed, With(V(29)));
        Assert.Equal(SiweFault.SignatureMalformed, With(signature => signature[..64]));
        Assert.Equal(SiweFault.SignatureMalformed, With(signature => [.. signature, 0]));
        Assert.Equal(SiweFault.SignatureMalformed, With(signature => [.. new byte[32], .. signature[32..]]));
        Assert.Equal(SiweFault.SignatureMalformed, With(signature => [.. signature[..32], .. new byte[32], signature[64]]));
        Assert.Equal(SiweFault.SignatureMismatch, With(signature => [(byte)(signature[0] ^ 1), .. signature[1..]]));
    }

    /// <summary>The twin (r, n - s) signs the same text and is refused: one signature, one spelling.</summary>
    [Fact]
    public void High_s_is_refused()
    {
        var low = Secp256k1Signature.Parse(Signature);
        var order = System.Numerics.BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber, null);
        var high = (order - new System.Numerics.BigInteger(low.S, isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] twin = [.. low.R, .. high, (byte)(28 - low.V)];
        Assert.Equal(low, Secp256k1Signature.Parse(twin).Normalize());
        Assert.Equal(SiweFault.SignatureMalformed, SiweVerifier.Verify(Text, twin, out _));
    }

    [Fact]
    public void Our_own_keys_sign_in_too()
    {
        using var key = Secp256k1Key.Generate();
        var address = new AccountAddress(key.Address.ToArray());
        var text = (s_message with { Address = address, Device = DeviceKeyHash.OfAddress(address) }).ToText();
        var signature = key.SignDigest(Eip191.HashMessage(System.Text.Encoding.ASCII.GetBytes(text))).ToBytes65();
        Assert.Equal(SiweFault.None, SiweVerifier.Verify(text, signature, out var message));
        Assert.Equal(address, message!.Address);
    }

    [Fact]
    public void Members_without_a_place_in_the_text_are_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => (s_message with { Domain = "a b" }).ToText());
        Assert.Throws<InvalidOperationException>(() => (s_message with { Statement = "a\nURI: b" }).ToText());
        Assert.Throws<InvalidOperationException>(() => (s_message with { Uri = "urn:a" }).ToText());
        Assert.Throws<InvalidOperationException>(() => (s_message with { Nonce = "a" }).ToText());
        Assert.Throws<InvalidOperationException>(() => (s_message with { IssuedAt = s_message.IssuedAt.AddMilliseconds(1) }).ToText());
        Assert.Throws<InvalidOperationException>(() => (s_message with { ExpirationTime = s_message.ExpirationTime.ToOffset(TimeSpan.FromHours(1)) }).ToText());
    }

    [Fact]
    public void The_longest_message_is_read()
    {
        var longest = s_message with { Domain = new string('a', 255), Statement = new string('b', 500), Uri = "https://" + new string('c', 492), Nonce = new string('d', 64), ChainId = ulong.MaxValue };
        var text = longest.ToText();
        Assert.InRange(text.Length, 1, SiweMessage.MaxLength);
        Assert.True(SiweMessage.TryParse(text, out var read));
        Assert.Equal(longest, read);
    }

    /// <summary>Any change of one character gives another message or none, never the same one.</summary>
    [Fact]
    public void Nothing_has_two_texts_and_nothing_throws()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int, char, string>((position, sign, noise) =>
        {
            var at = (int)((uint)position % (uint)Text.Length);
            var changed = Text.Remove(at, 1).Insert(at, sign.ToString());
            var own = !SiweMessage.TryParse(changed, out var read) || (read.ToText() == changed && (read == s_message) == (changed == Text));
            return own && !SiweMessage.TryParse(noise, out _) && !SiweMessage.TryParse(Text + noise + "x", out _);
        }));
        Assert.False(SiweMessage.TryParse(null, out _));
    }
}
