using System.Security.Cryptography;
using System.Text;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Sealing;

/// <summary>One valid sealed object with every input given, for tests that change exactly one of them.</summary>
internal static class SealedObject
{
    public static readonly byte[] Secret = Filled(0x11, 32);
    public static readonly byte[] Salt = Filled(0x22, 32);
    public static readonly byte[] Nonce = Filled(0x33, 12);

    public static readonly WrapContext Context = new(
        DataClass.Credentials,
        new Omni(new Bytes32(Filled(0xa1, 32))),
        new Omni(new Bytes32(Filled(0xb2, 32))),
        Name("openai_api_key"),
        KeyKind.Ring,
        KeyId.OfRingKey(Secret, 7),
        7);

    public const string TypedName = "OPENAI_API_KEY";
    public const ulong ObjectVersion = 3;

    public static byte[] Value => "sk-0123456789"u8.ToArray();

    public static DataKey NewDataKey() => new(Filled(0x44, 32));

    public static ObjectName Name(string text) => ObjectName.TryParse(text, out var name) ? name : throw new FormatException(text);

    public static byte[] Filled(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    public static WrappedKey Wrap(WrapContext context)
    {
        using var dataKey = NewDataKey();
        return new WrappedKey(KeyWrap.Wrap(Secret, Salt, context, dataKey), Salt, context.Epoch, context.Kind, context.KeyId);
    }

    public static byte[] Seal(WrapContext? context = null, string? typed = null, byte[]? value = null)
    {
        context ??= Context;
        using var dataKey = NewDataKey();
        using var content = new SealedContent(typed ?? TypedName, value ?? Value);
        return ObjectEnvelope.Seal(context, Wrap(context), dataKey, ObjectVersion, Nonce, content);
    }

    /// <summary>As <see cref="Seal"/>, with a plaintext that the product would never write.</summary>
    public static byte[] SealRaw(byte[] plaintext)
    {
        var header = Seal()[..ObjectEnvelope.HeaderSize];
        var name = Encoding.ASCII.GetBytes(Context.Name.ToString());
        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[16];
        using var cipher = new AesGcm(Filled(0x44, 32), 16);
        byte[] associated = [.. header, 0, (byte)name.Length, .. name];
        cipher.Encrypt(Nonce, plaintext, ciphertext, tag, associated);
        return [.. header, .. ciphertext, .. tag];
    }

    public static bool Opens(byte[] envelope, WrapContext? context = null)
    {
        using var dataKey = NewDataKey();
        var opened = ObjectEnvelope.TryOpen(envelope, context ?? Context, dataKey, out var content, out var version);
        Xunit.Assert.Equal(opened, content is not null);
        Xunit.Assert.Equal(opened ? ObjectVersion : 0, version);
        content?.Dispose();
        return opened;
    }
}
