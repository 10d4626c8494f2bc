using System.Globalization;
using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>The home folder: there, nobody else's to read, and its files are what they should be. Changes nothing.</summary>
internal static class HomeChecks
{
    public static IEnumerable<Finding> Look(AgentKeysHome home)
    {
        if (!Directory.Exists(home.Path))
        {
            yield return Finding.Warn("home", $"there is no {home.Path}", "agentkeys init, or on an agent's machine: agentkeys init --agent --operator 0x...");
            yield break;
        }
        yield return IsOpen(home.Path, PrivateFiles.FolderMode)
            ? Finding.Fail("home", $"{home.Path} is open to other users", $"chmod 700 {home.Path}")
            : Finding.Ok("home", home.Path);
        foreach (var finding in Rights(home))
            yield return finding;
        yield return Key("device-key", home.DeviceKeyPath, KeyPurpose.Device) ?? Finding.Warn("device-key", "there is none", "agentkeys init");
        if (Key("wallet-key", home.WalletKeyPath, KeyPurpose.Wallet) is { } wallet)
            yield return wallet;
        yield return Try("home-files", () => $"{home.Init?.Kind ?? "not initialised"}, {Agents(home.Agents.Agents.Count)} known here");
    }

    private static string Agents(int count) => count switch { 0 => "no agents", 1 => "1 agent", _ => string.Create(CultureInfo.InvariantCulture, $"{count} agents") };

    /// <summary>Everything in the home but the network description, which is public.</summary>
    private static List<Finding> Rights(AgentKeysHome home)
    {
        List<Finding> open = [.. Directory.EnumerateFiles(home.Path).Order(StringComparer.Ordinal).Where(f => f != home.NetworkPath && IsOpen(f, PrivateFiles.FileMode))
            .Select(f => Finding.Fail("rights", $"{f} is open to other users", $"chmod 600 {f}"))];
        return open.Count > 0 ? open : [Finding.Ok("rights", "no file in the home is open to other users")];
    }

    /// <summary>Null: there is no such file.</summary>
    private static Finding? Key(string check, string path, KeyPurpose purpose)
    {
        if (!File.Exists(path))
            return null;
        return Try(check, () =>
        {
            using var key = KeyFile.Load(path, purpose);
            return key.Address.ToString();
        });
    }

    private static bool IsOpen(string path, UnixFileMode allowed) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~allowed) != 0;

    private static Finding Try(string check, Func<string> look)
    {
        try
        {
            return Finding.Ok(check, look());
        }
        catch (Exception e) when (e is CliException or KeyFileException or IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(check, e);
        }
    }
}
