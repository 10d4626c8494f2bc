namespace AgentKeys.Demo;

/// <summary>
/// Stands in for the operator's browser: the command line opens a ceremony through the BROWSER command, as it opens anybody's browser, and this
/// one answers with a software P-256 authenticator over the same HTTP exchange as the page.
/// </summary>
internal static class SoftwarePasskey
{
    public static Task InstallAsync(DemoContext context)
    {
        var script = Path.Combine(context.State, "passkey");
        var program = context.Built("harness/passkey", "AgentKeys.SoftwarePasskey");
        Directory.CreateDirectory(context.State);
        File.WriteAllText(script, $"#!/bin/sh\nexec dotnet '{program}' --key '{Path.Combine(context.State, "passkey.json")}' \"$1\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Task.CompletedTask;
    }
}
