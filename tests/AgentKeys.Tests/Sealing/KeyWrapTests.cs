using System.Buffers.Binary;
using System.Security.Cryptography;
using AgentKeys.Protocol;
using Xunit;
using static AgentKeys.Tests.Sealing.SealedObject;

namespace AgentKeys.Tests.Sealing;

public class KeyWrapTests
{
    public static TheoryData<string> Members => [.. ContextChanges.All.Keys];

    private static bool Unwraps(byte[]? secret = null, byte[]? salt = null, WrapContext? context = null, byte[]? wrapped = null)
    {
        var unwrapped = KeyWrap.TryUnwrap(secret ?? Secret, salt ?? Salt, context ?? Context, wrapped ?? Wrap(Context).Wrapped, out var dataKey);
        Assert.Equal(unwrapped, dataKey is not null);
        dataKey?.Dispose();
        return unwrapped;
    }

    [Fact]
    public void No_context_member_is_forgotten() => ContextChanges.No_member_is_forgotten();

    [Fact]
    public void A_wrapped_key_comes_back()
    {
        using var dataKey = NewDataKey();
        Assert.True(KeyWrap.TryUnwrap(Secret, Salt, Context, Wrap(Context).Wrapped, out var unwrapped));
        Assert.True(dataKey.FixedTimeEquals(unwrapped));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Fails_when_a_context_member_differs(string member) => Assert.False(Unwraps(context: ContextChanges.All[member](Context)));

    [Fact]
    public void Fails_when_the_secret_differs() => Assert.False(Unwraps(secret: Filled(0x12, 32)));

    [Fact]
    public void Fails_when_the_salt_differs() => Assert.False(Unwraps(salt: Filled(0x23, 32)));

    /// <summary>HMAC pads its key with zeros, so a longer salt would derive the same wrap key.</summary>
    [Fact]
    public void Fails_when_the_salt_has_a_zero_more() => Assert.False(Unwraps(salt: [.. Salt, 0]));

    [Fact]
    public void Fails_when_any_bit_of_the_wrapped_key_differs()
    {
        var wrapped = Wrap(Context).Wrapped;
        for (var bit = 0; bit < 8 * wrapped.Length; bit++)
        {
            wrapped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Unwraps(wrapped: wrapped));
            wrapped[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.True(Unwraps(wrapped: wrapped));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_salt_from_outside_of_another_size_fails(int size) => Assert.False(Unwraps(salt: new byte[size]));

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(49)]
    public void A_wrapped_key_of_another_size_fails(int size) => Assert.False(Unwraps(wrapped: new byte[size]));

    [Fact]
    public void A_secret_of_another_size_is_a_bug() => Assert.Throws<ArgumentOutOfRangeException>(() => Unwraps(secret: new byte[31]));

    [Fact]
    public void Wrapping_with_a_salt_of_another_size_is_a_bug()
    {
        using var dataKey = NewDataKey();
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyWrap.Wrap(Secret, new byte[31], Context, dataKey));
    }

    /// <summary>The definition, written a second time with the framework's parts.</summary>
    [Fact]
    public void A_wrap_is_what_the_format_says()
    {
        byte[] info =
        [
            0, 17, .. "agentkeys:wrap:v1"u8, 0, 1, 1, 0, 1, 1, 0, 32, .. Filled(0xa1, 32), 0, 32, .. Filled(0xb2, 32),
            0, 14, .. "openai_api_key"u8, 0, 1, 0, 0, 8, .. KeyId.OfRingKey(Secret, 7).ToArray(), 0, 8, 0, 0, 0, 0, 0, 0, 0, 7,
        ];
        Assert.Equal(info, Context.Encode());

        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, Salt, info), 16);
        var wrapped = Wrap(Context).Wrapped;
        var dataKey = new byte[32];
        cipher.Decrypt(new byte[12], wrapped.AsSpan(0, 32), wrapped.AsSpan(32), dataKey, info);
        Assert.Equal(Filled(0x44, 32), dataKey);
    }

    /// <summary>Without lengths, (name "a", ...) and longer names could run into each other.</summary>
    [Fact]
    public void Contexts_are_told_apart_by_their_bytes()
    {
        var encodings = ContextChanges.All.Values.Select(change => Convert.ToHexString(change(Context).Encode())).Append(Convert.ToHexString(Context.Encode()));
        Assert.Distinct(encodings);
    }

    [Fact]
    public void A_ring_keys_id_depends_on_secret_and_epoch()
    {
        var epoch = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(epoch, 7);
        var expected = HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, null, [.. "agentkeys:key-id:v1"u8, .. epoch]);
        Assert.Equal(new KeyId(expected.AsSpan(0, 8)), KeyId.OfRingKey(Secret, 7));
        Assert.NotEqual(KeyId.OfRingKey(Secret, 7), KeyId.OfRingKey(Secret, 8));
        Assert.NotEqual(KeyId.OfRingKey(Secret, 7), KeyId.OfRingKey(Salt, 7));
    }

    [Fact]
    public void A_key_id_has_one_text()
    {
        var id = KeyId.Parse("0x00112233445566ff");
        Assert.Equal("0x00112233445566ff", id.ToString());
        foreach (var text in new[] { null, "", "00112233445566ff", "0x00112233445566FF", "0x00112233445566f", "0x00112233445566ff0", "0X00112233445566ff" })
            Assert.False(KeyId.TryParse(text, out _));
    }
}
