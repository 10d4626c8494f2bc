using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AgentKeys.Protocol;

/// <summary>
/// A login message, EIP-4361 (Sign-In with Ethereum), in the one form that is accepted: every field below, no others, in this order,
/// LF between lines, none at the end.
/// <code>
/// {domain} wants you to sign in with your Ethereum account:
/// {address, EIP-55}
///
/// {statement}
///
/// URI: {uri}
/// Version: 1
/// Chain ID: {chain id}
/// Nonce: {nonce}
/// Issued At: {2026-01-31T12:00:00Z}
/// Expiration Time: {2026-01-31T12:05:00Z}
/// Resources:
/// - urn:agentkeys:device:{device key hash}
/// </code>
/// </summary>
/// <param name="Domain">host, or host:port, 1 to 255 of <c>A-Z a-z 0-9 . - : [ ]</c>.</param>
/// <param name="Address">of the wallet or the device key that signs.</param>
/// <param name="Statement">one line for people, 1 to 500 of the characters that EIP-4361 allows.</param>
/// <param name="Uri">http or https, at most 500 characters.</param>
/// <param name="Nonce">8 to 64 letters and digits.</param>
/// <param name="IssuedAt">UTC, whole seconds.</param>
/// <param name="ExpirationTime">UTC, whole seconds.</param>
/// <param name="Device">the device key that will hold the session.</param>
public sealed record SiweMessage(
    string Domain, AccountAddress Address, string Statement, string Uri, ulong ChainId, string Nonce,
    DateTimeOffset IssuedAt, DateTimeOffset ExpirationTime, DeviceKeyHash Device)
{
    /// <summary>The longest text that can be one.</summary>
    public const int MaxLength = 2048;

    private const string Greeting = " wants you to sign in with your Ethereum account:";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string DeviceResource = "- urn:agentkeys:device:";

    /// <summary>The text to sign.</summary>
    /// <exception cref="InvalidOperationException">A member that has no place in the text.</exception>
    public string ToText() => IsWellFormed() ? Write() : throw new InvalidOperationException("A member of the login message is not allowed in its text.");

    /// <summary>Reads exactly the texts that <see cref="ToText"/> writes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SiweMessage? message)
    {
        message = null;
        if (text is null || text.Length > MaxLength)
            return false;
        var lines = text.Split('\n');
        if (lines.Length != 13 || !lines[0].EndsWith(Greeting, StringComparison.Ordinal)
            || !Ethereum.Address.TryParse(lines[1], out var address)
            || !TryField(lines[5], "URI: ", out var uri)
            || !TryField(lines[7], "Chain ID: ", out var chain) || !ulong.TryParse(chain, NumberStyles.None, CultureInfo.InvariantCulture, out var chainId)
            || !TryField(lines[8], "Nonce: ", out var nonce)
            || !TryField(lines[9], "Issued At: ", out var issued) || !TryTime(issued, out var issuedAt)
            || !TryField(lines[10], "Expiration Time: ", out var expires) || !TryTime(expires, out var expirationTime)
            || !TryField(lines[12], DeviceResource, out var resource) || !DeviceKeyHash.TryParse(resource, out var device))
            return false;

        var read = new SiweMessage(
            lines[0][..^Greeting.Length], new AccountAddress(address.ToArray()), lines[3], uri, chainId, nonce, issuedAt, expirationTime, device);
        // Whatever was skipped or read leniently above shows here: the text must be the one that these members have.
        if (!read.IsWellFormed() || read.Write() != text)
            return false;
        message = read;
        return true;
    }

    private string Write() => string.Create(CultureInfo.InvariantCulture,
        $"""
        {Domain}{Greeting}
        {Ethereum.Address.FromBytes(Address.ToArray()).ToChecksumString()}

        {Statement}

        URI: {Uri}
        Version: 1
        Chain ID: {ChainId}
        Nonce: {Nonce}
        Issued At: {IssuedAt.ToString(TimeFormat, CultureInfo.InvariantCulture)}
        Expiration Time: {ExpirationTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}
        Resources:
        {DeviceResource}{Device}
        """).ReplaceLineEndings("\n");

    private bool IsWellFormed() =>
        SiweText.IsDomain(Domain) && SiweText.IsStatement(Statement) && SiweText.IsHttpUri(Uri) && SiweText.IsNonce(Nonce)
        && IsWholeUtcSecond(IssuedAt) && IsWholeUtcSecond(ExpirationTime);

    private static bool IsWholeUtcSecond(DateTimeOffset time) => time.Offset == TimeSpan.Zero && time.Ticks % TimeSpan.TicksPerSecond == 0;

    private static bool TryField(string line, string name, out string value)
    {
        var found = line.StartsWith(name, StringComparison.Ordinal);
        value = found ? line[name.Length..] : "";
        return found;
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
