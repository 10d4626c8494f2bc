using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AgentKeys.Cli;

/// <summary>Where a secret comes from: a file, a descriptor, standard input, or a question on the terminal. Never the command line.</summary>
internal static class SecretInput
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>
    /// The secret's bytes; the caller wipes them. Files and descriptors count byte for byte; of standard input one line break at the
    /// end is left out, since <c>echo</c> adds it.
    /// </summary>
    /// <param name="maxBytes">a value is no larger.</param>
    /// <exception cref="CliException">empty, too large, or two sources at once.</exception>
    public static byte[] Read(string name, string? file, int? descriptor, CliEdges edges, int maxBytes = MaxBytes)
    {
        if (file is not null && descriptor is not null)
            throw CliException.Usage("--from-file and --from-fd exclude each other.");
        var secret = (file, descriptor) switch
        {
            ({ } path, _) => ReadAll(File.OpenRead(path), owned: true, maxBytes),
            (_, { } number) => ReadAll(OpenDescriptor(number), owned: true, maxBytes),
            _ when edges.InputIsTerminal => edges.PromptSecret($"{name}: "),
            _ => WithoutLineBreak(ReadAll(edges.Input, owned: false, maxBytes)),
        };
        return secret.Length > 0 ? secret : throw CliException.Usage($"The value of {name} is empty.", "pipe it in, or use --from-file FILE or --from-fd N");
    }

    /// <summary>Reads a whole stream into one buffer that is wiped whenever it is left.</summary>
    public static byte[] ReadAll(Stream stream, bool owned, int maxBytes = MaxBytes)
    {
        var buffer = new byte[maxBytes + 1];
        try
        {
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= maxBytes ? buffer.AsSpan(0, length).ToArray() : throw CliException.Usage($"The value is larger than {maxBytes / 1024} KiB.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            if (owned)
                stream.Dispose();
        }
    }

    private static FileStream OpenDescriptor(int number)
    {
        try
        {
            return new FileStream(new SafeFileHandle(number, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"Descriptor {number} cannot be read.", "open it in the shell: agentkeys cred store NAME --from-fd 3 3<file");
        }
    }

    private static byte[] WithoutLineBreak(byte[] bytes)
    {
        var end = bytes.Length;
        if (end > 0 && bytes[end - 1] == '\n')
            end--;
        if (end < bytes.Length && end > 0 && bytes[end - 1] == '\r')
            end--;
        if (end == bytes.Length)
            return bytes;
        var trimmed = bytes[..end];
        CryptographicOperations.ZeroMemory(bytes);
        return trimmed;
    }
}
