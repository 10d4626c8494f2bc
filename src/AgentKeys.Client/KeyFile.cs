using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using AgentKeys.Ethereum;

namespace AgentKeys.Client;

/// <summary>What a key file is for. A wallet key is never a device key.</summary>
public enum KeyPurpose
{
    Device,
    Wallet,
}

/// <summary>
/// A secp256k1 private key in a file that only its owner may read:
/// <c>{"kind":"agentkeys-key","version":1,"purpose":"device","curve":"secp256k1","address":"0x...","private_key":"0x..."}</c>.
/// Read and written as bytes: the key never becomes a string. A file that others may read, of the other purpose, or whose address
/// is not the key's is refused.
/// </summary>
public static class KeyFile
{
    private const string Kind = "agentkeys-key";
    private const string Curve = "secp256k1";

    /// <exception cref="KeyFileException">missing, open to others, damaged, or of the other purpose.</exception>
    public static Secp256k1Key Load(string path, KeyPurpose purpose = KeyPurpose.Device)
    {
        var bytes = ReadPrivate(path);
        try
        {
            return Parse(bytes, purpose) ?? throw new KeyFileException($"{path} is not a {Name(purpose)} key.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException) // no JSON, another type, no number
        {
            throw new KeyFileException($"{path} is not a key file.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The file's bytes. The caller writes them 0600 and wipes them.</summary>
    public static byte[] Encode(Secp256k1Key key, KeyPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> secret = stackalloc byte[Secp256k1Key.Size];
        Span<byte> digits = stackalloc byte[2 * Secp256k1Key.Size];
        key.ExportPrivateKey(secret);
        Convert.TryToHexStringLower(secret, digits, out _);
        CryptographicOperations.ZeroMemory(secret);

        var buffer = new ArrayBufferWriter<byte>(1024); // larger than the file: it never grows and leaves no copy
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            writer.WriteNumber("version", 1);
            writer.WriteString("purpose", Name(purpose));
            writer.WriteString("curve", Curve);
            writer.WriteString("address", key.Address.ToString());
            writer.WritePropertyName("private_key");
            writer.WriteStringValue([(byte)'0', (byte)'x', .. digits]);
            writer.WriteEndObject();
        }
        CryptographicOperations.ZeroMemory(digits);
        var file = buffer.WrittenSpan.ToArray();
        buffer.Clear();
        return file;
    }

    private static Secp256k1Key? Parse(ReadOnlySpan<byte> json, KeyPurpose purpose)
    {
        string? kind = null, use = null, curve = null, address = null;
        Secp256k1Key? key = null;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "kind": kind = reader.GetString(); break;
                case "purpose": use = reader.GetString(); break;
                case "curve": curve = reader.GetString(); break;
                case "address": address = reader.GetString(); break;
                case "private_key": key = ReadKey(reader.ValueSpan); break;
                case "version" when reader.TokenType == JsonTokenType.Number && reader.GetInt32() == 1: break;
                default: throw new JsonException();
            }
        }
        if (key is not null && kind == Kind && use == Name(purpose) && curve == Curve && address == key.Address.ToString())
            return key;
        key?.Dispose();
        return null;
    }

    private static Secp256k1Key? ReadKey(ReadOnlySpan<byte> text)
    {
        Span<byte> secret = stackalloc byte[Secp256k1Key.Size];
        var isKey = text.Length == 2 + (2 * Secp256k1Key.Size) && text.StartsWith("0x"u8)
            && Convert.FromHexString(text[2..], secret, out _, out _) == OperationStatus.Done
            && Secp256k1Key.IsPrivateKey(secret);
        var key = isKey ? Secp256k1Key.FromPrivateKey(secret) : null;
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    private static byte[] ReadPrivate(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                throw new KeyFileException($"{path} holds a private key and is open to other users: chmod 600 {path}");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"Cannot read the key file {path}.", e);
        }
    }

    private static string Name(KeyPurpose purpose) => purpose switch
    {
        KeyPurpose.Device => "device",
        KeyPurpose.Wallet => "wallet",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };
}

/// <summary>A key file cannot be used; the message says why and never holds the key.</summary>
public sealed class KeyFileException(string message, Exception? inner = null) : Exception(message, inner);
