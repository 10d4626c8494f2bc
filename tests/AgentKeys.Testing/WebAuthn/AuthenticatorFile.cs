using System.Text.Json;

namespace AgentKeys.Testing.WebAuthn;

/// <summary>
/// A software passkey between runs: one JSON file with the private key in hex, readable by its owner only from the moment it
/// exists, replaced by rename. The sign count is saved with it: save after every ceremony.
/// </summary>
public static class AuthenticatorFile
{
    public static void Save(SoftwareAuthenticator authenticator, string path)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Stored(
            authenticator.RpId, Convert.ToHexStringLower(authenticator.CredentialId), Convert.ToHexStringLower(authenticator.ExportPrivateKey()), authenticator.SignCount));
        var aside = $"{path}.{Environment.ProcessId}.new";
        File.Delete(aside); // left by a run that was killed: an existing file would keep its mode
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(aside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
    }

    /// <exception cref="FormatException">The file is not one that <see cref="Save"/> wrote.</exception>
    public static SoftwareAuthenticator Load(string path)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) ?? throw new JsonException();
            return SoftwareAuthenticator.FromPrivateKey(
                Convert.FromHexString(stored.PrivateKey), Convert.FromHexString(stored.CredentialId), stored.RpId, stored.SignCount);
        }
        catch (Exception error) when (error is JsonException or ArgumentNullException or System.Security.Cryptography.CryptographicException)
        {
            throw new FormatException($"Not the file of a software passkey: {path}", error);
        }
    }

    private sealed record Stored(string RpId, string CredentialId, string PrivateKey, uint SignCount);
}
