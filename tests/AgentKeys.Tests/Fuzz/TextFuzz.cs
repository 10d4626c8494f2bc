using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentKeys.Cli;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>Login messages and .env files.</summary>
public sealed partial class TextFuzz(ITestOutputHelper output)
{
    private static readonly AccountAddress s_address = AccountAddress.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    private static readonly string s_message = new SiweMessage(
        "localhost:8091", s_address, "Log in.", "http://localhost:8091", 31337, "k8Jx2mQ0", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(5), DeviceKeyHash.OfAddress(s_address)).ToText();

    private const string EnvText =
        "\ufeff# comment\nexport OPENAI_API_KEY=sk-1#2 # three\r\nA.b:c-d = 'one\n#two' \nB=\"x\\n\\\"\\$y\" # z\n\nEMPTY=\nexport=yes\nC = a=b\r\n";

    [Fact]
    public Task Siwe_message() => FuzzRun.RunAsync(output, 20_000, m => Encoding.Latin1.GetBytes(BendLines(m)), input =>
    {
        var text = Encoding.Latin1.GetString(input);
        var accepted = SiweMessage.TryParse(text, out var message);
        Assert.Equal(text.Length <= SiweMessage.MaxLength && IsLegal(text), accepted);
        if (accepted)
            Assert.Equal(text, message!.ToText());
        return accepted;
    });

    /// <summary>There is no second reader of this format; what was read, written in one plain form, must read as the same.</summary>
    [Fact]
    public Task Env_file() => FuzzRun.RunAsync(output, 20_000, m => m.Bytes(Encoding.UTF8.GetBytes(EnvText)), input =>
    {
        IReadOnlyList<EnvEntry> entries;
        try
        {
            entries = EnvFile.Parse(input);
        }
        catch (EnvFileException e)
        {
            Assert.InRange(e.Line, 1, 1 + input.Count(b => b == '\n'));
            return false;
        }
        Assert.Equal(entries.Count, entries.Select(e => e.Name.ToLowerInvariant()).Distinct().Count());
        Assert.All(entries, e => Assert.Matches("^[A-Za-z0-9_.:-]+$", e.Name));
        var again = EnvFile.Parse(Encoding.UTF8.GetBytes(string.Concat(entries.Select(e => $"{e.Name}=\"{Escaped(e.Value)}\"\n"))));
        Assert.Equal(entries.Select(e => (e.Name, Convert.ToHexString(e.Value))), again.Select(e => (e.Name, Convert.ToHexString(e.Value))));
        return true;
    });

    private static string BendLines(Mutator mutator)
    {
        var lines = s_message.Split('\n').ToList();
        if (mutator.OneIn(4))
        {
            var at = mutator.Next(lines.Count);
            switch (mutator.Next(4))
            {
                case 0: lines.RemoveAt(at); break;
                case 1: lines.Insert(at, mutator.Pick(lines)); break;
                case 2: lines[at] = mutator.OneIn(2) ? lines[at].ToUpperInvariant() : lines[at].ToLowerInvariant(); break;
                default: lines[at] = mutator.Pick(["Not Before: 1970-01-01T00:00:00Z", "Request ID: 1", lines[at] + " ", lines[at] + "\r", "Chain ID: 031337", "Chain ID: 18446744073709551616", "Issued At: 1970-02-30T00:00:00Z", "Issued At: 1970-01-01T24:00:00Z"]); break;
            }
        }
        var text = string.Join('\n', lines);
        return mutator.OneIn(3) ? text : mutator.Text(text);
    }

    /// <summary>SPEC.md section 12 as a pattern, with the checks that no pattern can do.</summary>
    private static bool IsLegal(string text) =>
        Legal().Match(text) is { Success: true } match
        && Address.TryParse(match.Groups[1].Value, out var address) && address.ToChecksumString() == match.Groups[1].Value
        && ulong.TryParse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && IsTime(match.Groups[3].Value) && IsTime(match.Groups[4].Value);

    private static bool IsTime(string text) => DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Escaped(byte[] value) => Encoding.UTF8.GetString(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?=[^ ]{1,255} )(?:[A-Za-z0-9.\-]+|\[[A-Za-z0-9.\-:]+\])(?::[0-9]{1,5})? wants you to sign in with your Ethereum account:\n(0x[0-9a-fA-F]{40})\n\n[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;= ]{1,500}\n\nURI: (?=.{8,500}\n)https?://[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*\nVersion: 1\nChain ID: (0|[1-9][0-9]{0,19})\nNonce: [A-Za-z0-9]{8,64}\nIssued At: ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\nExpiration Time: ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\nResources:\n- urn:agentkeys:device:0x[0-9a-f]{64}\z")]
    private static partial Regex Legal();
}
