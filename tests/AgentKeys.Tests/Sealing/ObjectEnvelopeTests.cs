using AgentKeys.Protocol;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static AgentKeys.Tests.Sealing.SealedObject;

namespace AgentKeys.Tests.Sealing;

public class ObjectEnvelopeTests
{
    public static TheoryData<string> Members => [.. ContextChanges.All.Keys];

    [Fact]
    public void A_sealed_object_opens_with_its_version_and_typed_name()
    {
        using var dataKey = NewDataKey();
        Assert.True(ObjectEnvelope.TryOpen(Seal(), Context, dataKey, out var content, out var version));
        Assert.Equal(TypedName, content.TypedName);
        Assert.Equal(Value, content.Value);
        Assert.Equal(ObjectVersion, version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(8 * 1024 * 1024)]
    public void Values_of_every_size_come_back(int size)
    {
        using var dataKey = NewDataKey();
        var value = Filled(0x55, size);
        Assert.True(ObjectEnvelope.TryOpen(Seal(value: [.. value]), Context, dataKey, out var content, out _));
        Assert.True(content.Value.SequenceEqual(value));
    }

    [Fact]
    public void Headers_name_the_key()
    {
        Assert.True(ObjectEnvelope.TryReadHeader(Seal(), out var header));
        var expected = Wrap(Context);
        Assert.Equal((DataClass.Credentials, ObjectVersion, expected.Epoch, expected.Kind, expected.KeyId), (header.Class, header.ObjectVersion, header.Key.Epoch, header.Key.Kind, header.Key.KeyId));
        Assert.Equal(expected.Wrapped, header.Key.Wrapped);
        Assert.Equal(Salt, header.Key.Salt);
        Assert.Equal(Nonce, header.Nonce);
        Assert.True(KeyWrap.TryUnwrap(Secret, header.Key.Salt, Context, header.Key.Wrapped, out _));
    }

    [Fact]
    public void Fails_when_any_bit_differs()
    {
        var envelope = Seal();
        for (var bit = 0; bit < 8 * envelope.Length; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Opens(envelope), $"bit {bit}");
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.True(Opens(envelope));
    }

    [Fact]
    public void Fails_when_cut_anywhere_or_longer()
    {
        var envelope = Seal();
        for (var length = 0; length < envelope.Length; length++)
            Assert.False(Opens(envelope[..length]), $"length {length}");
        Assert.False(Opens([.. envelope, 0]));
    }

    /// <summary>
    /// Operator and actor are bound by the wrap, not by the data: with the right data key in hand they make no difference here, and
    /// that key does not come out of the wrap for another operator or actor.
    /// </summary>
    [Theory]
    [MemberData(nameof(Members))]
    public void Fails_when_a_context_member_differs(string member)
    {
        var other = ContextChanges.All[member](Context);
        Assert.False(KeyWrap.TryUnwrap(Secret, Salt, other, Wrap(Context).Wrapped, out _));
        Assert.Equal(member is nameof(WrapContext.Operator) or nameof(WrapContext.Actor), Opens(Seal(), other));
    }

    [Fact]
    public void Fails_with_another_data_key()
    {
        using var other = new DataKey(Filled(0x45, 32));
        Assert.False(ObjectEnvelope.TryOpen(Seal(), Context, other, out _, out _));
    }

    [Theory]
    [InlineData(0, 'X')]  // magic
    [InlineData(4, 0)]    // format version
    [InlineData(4, 2)]
    [InlineData(5, 0)]    // class
    [InlineData(5, 5)]
    [InlineData(6, 2)]    // key kind
    [InlineData(62, 0)]   // object version 0
    public void A_header_with_an_unknown_value_is_not_read(int offset, int value)
    {
        var envelope = Seal();
        envelope[offset] = (byte)value;
        Assert.False(ObjectEnvelope.TryReadHeader(envelope, out _));
    }

    [Fact]
    public void Arbitrary_bytes_never_open_and_never_throw()
    {
        var valid = Seal();
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
            !Opens(bytes ?? []) && !Opens([.. valid.AsSpan(0, ObjectEnvelope.HeaderSize), .. bytes ?? []])));
    }

    [Fact]
    public void Inputs_that_disagree_are_a_bug()
    {
        using var dataKey = NewDataKey();
        using var content = new SealedContent(TypedName, Value);
        using var misnamed = new SealedContent("OPENAI_API_KEZ", Value);
        var key = Wrap(Context);

        byte[] Sealed(WrappedKey? k = null, ulong version = ObjectVersion, byte[]? nonce = null, SealedContent? c = null) =>
            ObjectEnvelope.Seal(Context, k ?? key, dataKey, version, nonce ?? Nonce, c ?? content);

        Assert.NotEmpty(Sealed());
        Assert.Throws<ArgumentException>(() => Sealed(key with { Epoch = 8 }));
        Assert.Throws<ArgumentException>(() => Sealed(key with { Kind = KeyKind.Isolated }));
        Assert.Throws<ArgumentException>(() => Sealed(key with { KeyId = default }));
        Assert.Throws<ArgumentException>(() => Sealed(key with { Salt = new byte[31] }));
        Assert.Throws<ArgumentException>(() => Sealed(key with { Wrapped = new byte[47] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sealed(version: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sealed(nonce: new byte[11]));
        Assert.Throws<ArgumentException>(() => Sealed(c: misnamed));
    }
}
