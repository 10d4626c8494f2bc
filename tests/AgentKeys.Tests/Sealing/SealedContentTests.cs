using System.Formats.Cbor;
using AgentKeys.Protocol;
using Xunit;
using static AgentKeys.Tests.Sealing.SealedObject;

namespace AgentKeys.Tests.Sealing;

public class SealedContentTests
{
    private static byte[] Cbor(Action<CborWriter> write, CborConformanceMode mode = CborConformanceMode.Lax)
    {
        var writer = new CborWriter(mode);
        write(writer);
        return writer.Encode();
    }

    private static void Map(CborWriter writer, string typed, byte[] value)
    {
        writer.WriteStartMap(2);
        writer.WriteInt32(0);
        writer.WriteTextString(typed);
        writer.WriteInt32(1);
        writer.WriteByteString(value);
        writer.WriteEndMap();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(256)]
    [InlineData(65536)]
    public void The_plaintext_is_canonical_CBOR(int size) =>
        Assert.Equal(
            Seal(value: Filled(0x55, size)),
            SealRaw(Cbor(w => Map(w, TypedName, Filled(0x55, size)), CborConformanceMode.Ctap2Canonical)));

    public static TheoryData<string, byte[]> OtherEncodings => new()
    {
        { "empty", [] },
        { "not a map", Cbor(w => w.WriteTextString(TypedName)) },
        { "an empty map", [0xa0] },
        { "name only", [0xa1, 0x00, 0x6e, .. "OPENAI_API_KEY"u8] },
        { "a third member", [0xa3, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x40, 0x02, 0x00] },
        { "members swapped", [0xa2, 0x01, 0x40, 0x00, 0x6e, .. "OPENAI_API_KEY"u8] },
        { "name twice", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x00, 0x6e, .. "OPENAI_API_KEY"u8] },
        { "value as text", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x60] },
        { "name as bytes", [0xa2, 0x00, 0x4e, .. "OPENAI_API_KEY"u8, 0x01, 0x40] },
        { "key in two bytes", [0xa2, 0x18, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x40] },
        { "length of the name in two bytes", [0xa2, 0x00, 0x78, 0x0e, .. "OPENAI_API_KEY"u8, 0x01, 0x40] },
        { "length of the value in five bytes", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x5a, 0, 0, 0, 1, 0x55] },
        { "length of the value in nine bytes", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x5b, 0, 0, 0, 0, 0, 0, 0, 1, 0x55] },
        { "indefinite map", [0xbf, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x40, 0xff] },
        { "indefinite value", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x5f, 0xff] },
        { "value longer than what is there", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x42, 0x55] },
        { "length with the top bit", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x5a, 0xff, 0xff, 0xff, 0xff, 0x55] },
        { "bytes after the end", [0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x40, 0x00] },
        { "a tag in front", [0xd9, 0xd9, 0xf7, 0xa2, 0x00, 0x6e, .. "OPENAI_API_KEY"u8, 0x01, 0x40] },
        { "a name that is not the object's", Cbor(w => Map(w, "OPENAI_API_KEZ", [])) },
        { "a longer name", Cbor(w => Map(w, TypedName + "X", [])) },
        { "a name that folds to the object's only outside ASCII", Cbor(w => Map(w, "OPENAI_API_\u212aEY", [])) },
    };

    [Theory]
    [MemberData(nameof(OtherEncodings))]
    public void Fails_when_the_plaintext_is(string what, byte[] plaintext)
    {
        Assert.NotNull(what);
        Assert.False(Opens(SealRaw(plaintext)));
    }

    [Theory]
    [InlineData("openai_api_key", "OPENAI_API_KEY", true)]
    [InlineData("openai_api_key", "openai_api_key", true)]
    [InlineData("notes/day:1.a-b", "Notes/Day:1.A-B", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "", false)]
    [InlineData("a", null, false)]
    [InlineData("a", "aa", false)]
    [InlineData("k", "\u212a", false)] // the Kelvin sign lower-cases to k elsewhere
    [InlineData("i", "\u0130", false)]
    [InlineData("a_", "A\u007f", false)]
    [InlineData("a", "\u0001", false)]
    public void Typed_names_differ_in_ASCII_case_only(string name, string? typed, bool expected) =>
        Assert.Equal(expected, SealedContent.IsTypedFormOf(typed, Name(name)));

    [Fact]
    public void Secrets_are_cleared_and_never_text()
    {
        var value = Value;
        var content = new SealedContent(TypedName, value);
        Assert.Equal("SealedContent", content.ToString());
        content.Dispose();
        content.Dispose();
        Assert.All(value, b => Assert.Equal(0, b));
        Assert.Throws<ObjectDisposedException>(() => content.Value.Length);
    }

    [Fact]
    public void Data_keys_are_cleared_and_never_text()
    {
        var bytes = Filled(0x44, 32);
        var key = new DataKey(bytes);
        using var same = new DataKey(bytes);
        using var other = new DataKey(Filled(0x45, 32));
        Assert.True(key.FixedTimeEquals(same));
        Assert.False(key.FixedTimeEquals(other));
        Assert.Equal("DataKey", key.ToString());
        Assert.Throws<InvalidOperationException>(() => System.Text.Json.JsonSerializer.Serialize(key));

        ReadOnlySpan<byte> view = key.AsSpan();
        key.Dispose();
        key.Dispose();
        Assert.True(view.IndexOfAnyExcept((byte)0) < 0);
        Assert.Throws<ObjectDisposedException>(() => key.AsSpan().Length);
        Assert.Throws<ObjectDisposedException>(() => key.FixedTimeEquals(same));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataKey(new byte[31]));
    }
}
