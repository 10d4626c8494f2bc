using System.Text;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A secret that is looked for in every spelling: as it is, in hex of either case, in base64 and base64url at every alignment.</summary>
internal sealed class Canary
{
    private const int MinLength = 16; // shorter ones are found by chance

    private readonly byte[][] _spellings;

    /// <param name="name">for a failure message; the secret is never in one.</param>
    public Canary(string name, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < MinLength)
            throw new ArgumentException("Too short to be looked for.", nameof(secret));
        Name = name;
        var base64 = Enumerable.Range(0, 3).Select(Base64At(secret.ToArray())).ToList();
        string[] texts = [Convert.ToHexStringLower(secret), Convert.ToHexString(secret), .. base64, .. base64.Select(t => t.Replace('+', '-').Replace('/', '_'))];
        _spellings = [secret.ToArray(), .. texts.Distinct().Select(Encoding.ASCII.GetBytes)];
    }

    public Canary(string name, string secret)
        : this(name, Encoding.ASCII.GetBytes(secret))
    {
    }

    public string Name { get; }

    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        foreach (var spelling in _spellings)
        {
            if (bytes.IndexOf(spelling) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>The part of base64 text that depends on the secret alone when it begins at this place of three.</summary>
    private static Func<int, string> Base64At(byte[] secret) => place =>
    {
        var text = Convert.ToBase64String([.. new byte[place], .. secret]).TrimEnd('=');
        var first = ((place * 8) + 5) / 6; // characters that hold a bit of what is before
        var whole = (place + secret.Length) * 8 / 6; // characters without a bit of what is after
        return text[first..whole];
    };
}
