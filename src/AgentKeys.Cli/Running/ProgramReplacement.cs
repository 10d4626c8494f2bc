using System.Runtime.InteropServices;
using System.Text;

namespace AgentKeys.Cli;

/// <summary>
/// Becomes another program, as a shell's <c>exec</c> does: same process, same standard streams, same terminal. So every signal reaches
/// the program itself, its end is this process's end, and no process stays behind that holds what it was given.
/// </summary>
internal static class ProgramReplacement
{
    private const int SigPipe = 13;
    private const int NoSuchFile = 2; // ENOENT
    private const int TooBig = 7; // E2BIG

    /// <summary>Sets the variables and becomes the program, which is looked for on PATH. Returns only by an exception.</summary>
    /// <exception cref="CliException">127: there is no such program; 126: it cannot be executed.</exception>
    public static CliException Become(IReadOnlyList<string> command, IReadOnlyList<ChildVariable> variables)
    {
        var arguments = new nint[command.Count + 1]; // the last one stays zero
        try
        {
            for (var i = 0; i < command.Count; i++)
                arguments[i] = Marshal.StringToCoTaskMemUTF8(command[i]);
            foreach (var variable in variables)
                Set(variable);
            Signal(SigPipe, 0); // .NET ignores it, and whoever is ignored stays ignored across exec
            _ = Exec(Encoding.UTF8.GetBytes(command[0] + '\0'), arguments);
            return Explain(command[0], Marshal.GetLastPInvokeError());
        }
        finally
        {
            foreach (var variable in variables)
                _ = Unset(variable.NameBytes());
            foreach (var argument in arguments)
                Marshal.FreeCoTaskMem(argument);
        }
    }

    private static void Set(ChildVariable variable)
    {
        if (SetEnv(variable.NameBytes(), variable.Value, 1) != 0)
            throw CliException.Failure($"{variable.Name} cannot be put into an environment.");
    }

    private static CliException Explain(string program, int error) => error switch
    {
        NoSuchFile => new CliException(ExitCode.NotFound, $"There is no program {program}.", program.Contains('/') ? null : "it is looked for on PATH"),
        TooBig => new CliException(ExitCode.NotExecutable, "The arguments and the environment are too large for this system.", "choose credentials with --only"),
        _ => new CliException(ExitCode.NotExecutable, $"{program} cannot be executed: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    [DllImport("libc", EntryPoint = "execvp", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Exec(byte[] file, nint[] arguments);

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetEnv(byte[] name, byte[] value, int overwrite);

    [DllImport("libc", EntryPoint = "unsetenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Unset(byte[] name);

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint Signal(int number, nint handler);
}
