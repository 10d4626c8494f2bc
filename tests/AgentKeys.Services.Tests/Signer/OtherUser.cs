using System.Diagnostics;
using AgentKeys.Services.Tests.Worker;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>Processes of real other users, for a <see cref="SecondUserFactAttribute"/>: the kernel's word, not a setting.</summary>
internal static class OtherUser
{
    public const string CannotConnect = "cannot connect";

    /// <summary>Users and groups that nobody has.</summary>
    public const int Worker = 54321, Stranger = 54322, Signer = 54323, Group = 54329;

    private const string Script = """
        import socket, sys
        request = sys.stdin.buffer.read()
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(sys.argv[1])
        except PermissionError:
            sys.exit(print("cannot connect"))
        s.sendall(request)
        while b := s.recv(65536):
            sys.stdout.buffer.write(b)
        """;

    /// <summary>What a process of this user, also a member of <paramref name="group"/> unless that is null, hears from the signer.</summary>
    public static Task<string> AskAsync(VaultStack stack, string request, int uid, int? group) =>
        ReadAsync(As(uid, group, "/usr/bin/python3", "-I", "-c", Script, stack.SocketPath), request);

    /// <summary>Whether a process of this user and the group, the worker's as a rule, gets a byte of the file.</summary>
    public static async Task<bool> CanReadAsync(string path, int uid) => (await ReadAsync(As(uid, Group, "head", "-c", "1", path))).Length > 0;

    /// <summary>Mode and group, as <c>710 54329</c>.</summary>
    public static async Task<string> RightsAsync(string path) => (await ReadAsync(new ProcessStartInfo("stat", ["-c", "%a %g", path]))).Trim();

    public static async Task GiveAllAsync(string folder, int uid) => _ = await ReadAsync(new ProcessStartInfo("chown", ["-R", $"{uid}:{uid}", folder]));

    /// <summary>The signer's program. It may read everything, because the build's folder need not be readable by everybody.</summary>
    public static Process StartSigner(VaultStack stack, int? group)
    {
        string[] read = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
        var start = As(Signer, group, [.. read, "dotnet", "exec", typeof(AgentKeys.Signer.SignerHost).Assembly.Location, "--config", stack.Folder["agentkeys.json"]]);
        start.RedirectStandardError = start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    private static ProcessStartInfo As(int uid, int? group, params string[] command) =>
        new("/usr/bin/setpriv", [$"--reuid={uid}", $"--regid={uid}", group is null ? "--clear-groups" : $"--groups={group}", .. command]);

    private static async Task<string> ReadAsync(ProcessStartInfo start, string input = "")
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
