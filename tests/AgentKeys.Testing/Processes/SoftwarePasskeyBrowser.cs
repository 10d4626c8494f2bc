namespace AgentKeys.Testing.Processes;

/// <summary>
/// Stands in for a person's browser: the command line opens a ceremony through the BROWSER command, as it opens anybody's browser, and this
/// one answers with a software P-256 authenticator over the same HTTP exchange as the page.
/// </summary>
public static class SoftwarePasskeyBrowser
{
    /// <summary>Writes the script that BROWSER names; the passkey lives beside it.</summary>
    public static string Install(Programs programs, string folder)
    {
        Directory.CreateDirectory(folder);
        var script = Path.Combine(folder, "passkey");
        var program = programs.Built("harness/passkey", "AgentKeys.SoftwarePasskey");
        File.WriteAllText(script, $"#!/bin/sh\nexec dotnet '{program}' --key '{Path.Combine(folder, "passkey.json")}' \"$1\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }
}
