using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>
/// The file of one epoch, <c>k3-&lt;epoch&gt;.key</c>, mode 0600:
/// <code>
/// offset  size
///      0    16  "agentkeys:k3:v1" and a line feed: the purpose, so that no other key file is ever taken for one
///     16     8  epoch, big-endian
///     24     8  key id
///     32    32  secret
/// </code>
/// The key id is derived from epoch and secret: a damaged or renamed file does not load.
/// </summary>
public static class RingFile
{
    private const int Size = 64;

    private static ReadOnlySpan<byte> Purpose => "agentkeys:k3:v1\n"u8;

    public static string PathOf(string folder, ulong epoch) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"k3-{epoch}.key"));

    /// <summary>Epochs that have a file, ascending; files with other names are not ours.</summary>
    public static IReadOnlyList<ulong> EpochsIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "k3-*.key").Select(EpochOf).OfType<ulong>().Order()];

    /// <summary>Refuses links, special files, rights for anybody but the owner, another purpose, another length, damage.</summary>
    /// <exception cref="RingException">what is wrong with the file, without its content.</exception>
    public static RingKey Read(string folder, ulong epoch)
    {
        var path = PathOf(folder, epoch);
        byte[] bytes = [];
        try
        {
            SecretFile.EnsureFolder(folder);
            bytes = SecretFile.Read(path);
            return Decode(bytes, epoch, path);
        }
        catch (Exception e) when (e is (IOException and not RingException) or InvalidDataException or UnauthorizedAccessException)
        {
            throw new RingException($"{path} is not used: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Creates the file, mode 0600, and the folder, mode 0700; when this returns, losing power loses nothing.</summary>
    /// <exception cref="RingException">there is one already (never overwritten), or the folder is not ours alone.</exception>
    public static void Create(string folder, RingKey key)
    {
        var path = PathOf(folder, key.Epoch);
        var bytes = new byte[Size];
        try
        {
            Encode(key, bytes);
            SecretFile.EnsureFolder(folder);
            if (!SecretFile.TryCreate(path, bytes))
                throw new RingException($"{path} exists already; a ring key is never overwritten.");
        }
        catch (Exception e) when (e is (IOException and not RingException) or UnauthorizedAccessException)
        {
            throw new RingException($"{path} cannot be written: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Encode(RingKey key, Span<byte> bytes)
    {
        Purpose.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], key.Epoch);
        key.Id.CopyTo(bytes[24..]);
        key.AsSpan().CopyTo(bytes[32..]);
    }

    private static RingKey Decode(ReadOnlySpan<byte> bytes, ulong epoch, string path)
    {
        if (bytes.Length != Size || !bytes.StartsWith(Purpose))
            throw new RingException($"{path} is not a ring key file.");
        if (epoch == 0 || BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]) != epoch)
            throw new RingException($"{path} holds another epoch's key.");
        var key = new RingKey(epoch, bytes[32..]);
        if (key.Id == new KeyId(bytes[24..32]))
            return key;
        key.Dispose();
        throw new RingException($"{path} is damaged.");
    }

    private static ulong? EpochOf(string path)
    {
        var name = Path.GetFileName(path);
        return ulong.TryParse(name.AsSpan(3, name.Length - 7), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) && PathOf("", epoch) == name
            ? epoch
            : null;
    }
}

/// <summary>A ring that must not be used as it is. The message names files, never content.</summary>
public sealed class RingException(string message, Exception? cause = null) : IOException(message, cause);
