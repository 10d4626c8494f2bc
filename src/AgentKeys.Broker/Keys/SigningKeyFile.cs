using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AgentKeys.Files;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Keys;

/// <summary>
/// A broker key in a file that only its owner may read:
/// <c>{"kind":"agentkeys-broker-key","version":1,"purpose":"session","crv":"P-256","x":"…","y":"…","d":"…"}</c>, exactly these members.
/// The private value is read and written as bytes that are zeroed, never as a string.
/// </summary>
internal static class SigningKeyFile
{
    private const string Kind = "agentkeys-broker-key";
    private const int MaxLength = 1024;
    private static readonly string[] s_members = ["kind", "version", "purpose", "crv", "x", "y", "d"];

    /// <summary>Makes a new key. False, and nothing changed, when something is at the path.</summary>
    public static bool TryCreate(string path, KeyPurpose purpose, out Jwk publicKey)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        publicKey = Jwk.OfP256(key);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var json = Write(purpose, publicKey, parameters.D!);
        try
        {
            return SafeFile.TryCreate(path, json);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <exception cref="SigningKeyException">missing, open to others, damaged, or of the other purpose; names the path, never the content.</exception>
    public static SigningKey Load(string path, KeyPurpose purpose)
    {
        var json = Read(path, purpose);
        try
        {
            return Parse(json, purpose) ?? throw new SigningKeyException($"{path} is not a {purpose.Name()} key of the broker.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static byte[] Read(string path, KeyPurpose purpose)
    {
        try
        {
            return SafeFile.ReadOwned(path, MaxLength);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SigningKeyException($"There is no {purpose.Name()} key at {path}. Make one: AgentKeys.Broker keys create.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new SigningKeyException($"The {purpose.Name()} key at {path} cannot be read: {e.Message}");
        }
    }

    private static byte[] Write(KeyPurpose purpose, Jwk publicKey, ReadOnlySpan<byte> secret)
    {
        var buffer = new ArrayBufferWriter<byte>(MaxLength);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", Kind);
            json.WriteNumber("version", 1);
            json.WriteString("purpose", purpose.Name());
            json.WriteString("crv", Jwk.P256);
            json.WriteString("x", Base64UrlStrict.Encode(publicKey.X.ToArray()));
            json.WriteString("y", Base64UrlStrict.Encode(publicKey.Y.ToArray()));
            Span<byte> encoded = stackalloc byte[43];
            Base64Url.EncodeToUtf8(secret, encoded, out _, out _);
            json.WriteString("d", encoded);
            CryptographicOperations.ZeroMemory(encoded);
            json.WriteEndObject();
        }
        var written = buffer.WrittenSpan.ToArray();
        buffer.Clear(); // zeroes what was written
        return written;
    }

    /// <summary>Null for anything but exactly such an object whose three numbers belong together.</summary>
    private static SigningKey? Parse(ReadOnlySpan<byte> json, KeyPurpose purpose)
    {
        Span<byte> x = stackalloc byte[32], y = stackalloc byte[32], d = stackalloc byte[32];
        try
        {
            return TryReadMembers(json, purpose, x, y, d) ? Import(purpose, x, y, d) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    private static bool TryReadMembers(ReadOnlySpan<byte> json, KeyPurpose purpose, Span<byte> x, Span<byte> y, Span<byte> d)
    {
        var reader = new Utf8JsonReader(json);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name) || !reader.Read())
                return false;
            var fits = name switch
            {
                "kind" => reader.ValueTextEquals(Kind),
                "version" => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) && version == 1,
                "purpose" => reader.ValueTextEquals(purpose.Name()),
                "crv" => reader.ValueTextEquals(Jwk.P256),
                "x" => TryDecode32(reader.ValueSpan, x),
                "y" => TryDecode32(reader.ValueSpan, y),
                "d" => TryDecode32(reader.ValueSpan, d),
                _ => false,
            };
            if (!fits)
                return false;
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() && seen.SetEquals(s_members);
    }

    private static bool TryDecode32(ReadOnlySpan<byte> text, Span<byte> bytes) =>
        text.Length == 43 && Base64Url.DecodeFromUtf8(text, bytes, out var read, out var written) == OperationStatus.Done && read == 43 && written == 32;

    private static SigningKey? Import(KeyPurpose purpose, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> d)
    {
        var secret = d.ToArray();
        try
        {
            // The public half is computed from the private one, then compared: a mixed-up file is no key.
            var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
            var loaded = new SigningKey(purpose, key);
            if (loaded.PublicKey.X == new Bytes32(x) && loaded.PublicKey.Y == new Bytes32(y))
                return loaded;
            loaded.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}

/// <summary>A broker key file that cannot be used. The message names the file, never its content.</summary>
internal sealed class SigningKeyException(string message) : Exception(message);
