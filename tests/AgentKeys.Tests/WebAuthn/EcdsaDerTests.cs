using System.Formats.Asn1;
using System.Numerics;
using AgentKeys.Protocol;
using FsCheck.Fluent;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

public class EcdsaDerTests
{
    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }
        return writer.Encode();
    }

    public static TheoryData<string> Values => ["0", "1", "127", "128", "255", "256", "32768", Pow(255), Pow(256, -1), Pow(248), Pow(247)];

    private static string Pow(int exponent, int plus = 0) => ((BigInteger.One << exponent) + plus).ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Values))]
    public void The_frameworks_encoding_is_read(string text)
    {
        var value = BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(EcdsaDer.TryRead(Der(value, 5), out var r, out var s));
        Assert.Equal(value, new BigInteger(r.ToArray(), isUnsigned: true, isBigEndian: true));
        Assert.Equal(5, s.ToArray()[31]);
        Assert.True(EcdsaDer.TryRead(Der(5, value), out _, out s));
        Assert.Equal(value, new BigInteger(s.ToArray(), isUnsigned: true, isBigEndian: true));
    }

    public static TheoryData<string, byte[]> Others => new()
    {
        { "empty", [] },
        { "no content", [0x30, 0] },
        { "one integer", [0x30, 3, 2, 1, 5] },
        { "three integers", [0x30, 9, 2, 1, 5, 2, 1, 5, 2, 1, 5] },
        { "a set", [0x31, 6, 2, 1, 5, 2, 1, 5] },
        { "an octet string inside", [0x30, 6, 4, 1, 5, 2, 1, 5] },
        { "bytes after", [0x30, 6, 2, 1, 5, 2, 1, 5, 0] },
        { "cut", [0x30, 6, 2, 1, 5, 2, 1] },
        { "outer length in two bytes", [0x30, 0x81, 6, 2, 1, 5, 2, 1, 5] },
        { "inner length in two bytes", [0x30, 7, 2, 0x81, 1, 5, 2, 1, 5] },
        { "indefinite length", [0x30, 0x80, 2, 1, 5, 2, 1, 5, 0, 0] },
        { "an integer without digits", [0x30, 5, 2, 0, 2, 1, 5] },
        { "an integer that runs into the next", [0x30, 6, 2, 4, 5, 2, 1, 5] },
        { "a negative integer", [0x30, 6, 2, 1, 0x80, 2, 1, 5] },
        { "a needless zero", [0x30, 7, 2, 2, 0, 5, 2, 1, 5] },
        { "257 bits", Der(BigInteger.One << 256, 5) },
        { "264 bits", Der((BigInteger.One << 264) - 1, 5) },
        { "a raw signature", [.. Enumerable.Repeat((byte)0x30, 64)] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Anything_else_is_refused(string what, byte[] der)
    {
        Assert.False(EcdsaDer.TryRead(der, out var r, out var s), what);
        Assert.True(r.IsZero && s.IsZero);
    }

    /// <summary>What is read is what the framework's writer would have written: one encoding per pair.</summary>
    [Fact]
    public void Arbitrary_bytes_are_refused_or_canonical() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
        {
            foreach (var candidate in new[] { bytes ?? [], [0x30, (byte)(bytes?.Length ?? 0), .. bytes ?? []] })
            {
                if (EcdsaDer.TryRead(candidate, out var r, out var s)
                    && !candidate.AsSpan().SequenceEqual(Der(new BigInteger(r.ToArray(), true, true), new BigInteger(s.ToArray(), true, true))))
                    return false;
            }
            return true;
        }));
}
