using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Vectors;

/// <summary>Sealed objects with given randomness.</summary>
internal static class EnvelopeVectors
{
    public const string Description = "Sealed objects (envelope v1) with given randomness: secret, salt, dataKey and nonce are random in use. value is the plaintext value.";

    public static VectorFile File { get; } = new("envelope.json");

    public static string Render() => VectorFile.Render(Description,
    [
        Case("credential", DataClass.Credentials, "openai_api_key", "OPENAI_API_KEY", KeyKind.Ring, 1, 1, "sk-proj-0123456789abcdef"u8.ToArray()),
        Case("memory with a key, later epoch and version", DataClass.Memory, "notes/day:2026-01-31", "Notes/Day:2026-01-31", KeyKind.Ring, 7, 42, Filled(0x5a, 300)),
        Case("isolated actor's secret", DataClass.Email, "inbox", "inbox", KeyKind.Isolated, 7, 2, [0]),
        Case("empty value, largest numbers", DataClass.Audit, new string('z', 64), new string('Z', 64), KeyKind.Ring, ulong.MaxValue, ulong.MaxValue, []),
    ]);

    private static JsonObject Case(string name, DataClass dataClass, string objectName, string typedName, KeyKind kind, ulong epoch, ulong version, byte[] value)
    {
        var seed = (byte)objectName.Length;
        byte[] secret = Counting(seed), salt = Counting((byte)(seed + 64)), nonce = Counting((byte)(seed + 128))[..12];
        using var dataKey = new DataKey(Counting((byte)(seed + 192)));
        var keyId = kind == KeyKind.Ring ? KeyId.OfRingKey(secret, epoch) : new KeyId(Counting(seed).AsSpan(0, 8));
        if (!ObjectName.TryParse(objectName, out var parsed))
            throw new FormatException(objectName);
        var context = new WrapContext(dataClass, new Omni(new Bytes32(Filled(0xa1, 32))), new Omni(new Bytes32(Filled(0xb2, 32))), parsed, kind, keyId, epoch);
        var wrapped = new WrappedKey(KeyWrap.Wrap(secret, salt, context, dataKey), salt, epoch, kind, keyId);
        using var content = new SealedContent(typedName, [.. value]);

        return new JsonObject
        {
            ["name"] = name,
            ["dataClass"] = (byte)dataClass,
            ["operator"] = context.Operator.ToString(),
            ["actor"] = context.Actor.ToString(),
            ["objectName"] = objectName,
            ["typedName"] = typedName,
            ["keyKind"] = (byte)kind,
            ["keyId"] = keyId.ToString(),
            ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture),
            ["objectVersion"] = version.ToString(CultureInfo.InvariantCulture),
            ["secret"] = VectorFile.Hex(secret),
            ["salt"] = VectorFile.Hex(salt),
            ["dataKey"] = VectorFile.Hex(dataKey.AsSpan()),
            ["nonce"] = VectorFile.Hex(nonce),
            ["value"] = VectorFile.Hex(value),
            ["info"] = VectorFile.Hex(context.Encode()),
            ["wrapped"] = VectorFile.Hex(wrapped.Wrapped),
            ["envelope"] = VectorFile.Hex(ObjectEnvelope.Seal(context, wrapped, dataKey, version, nonce, content)),
        };
    }

    private static byte[] Filled(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Counting(byte from) => [.. Enumerable.Range(from, 32).Select(i => (byte)i)];
}
