using System.CommandLine;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys completion bash | zsh | fish</c>: a script for the shell. It asks the program itself at every Tab, by the library's
/// suggest directive, so it never gets old.
/// </summary>
internal static class CompletionCommand
{
    /// <summary>First word of a call that asks for completions, without the number and the bracket at its end.</summary>
    public const string Directive = "[suggest:";

    // What is before the cursor goes to the program without its own name, as the directive wants it.
    private const string Bash = """
        # bash completion of agentkeys: source <(agentkeys completion bash)
        _agentkeys() {
            local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" found
            line="${line#"${line%%[![:space:]]*}"}"
            line="${line#* }"
            found="$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" || return
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$found" -- "$word"))
        }
        complete -o default -o nosort -F _agentkeys agentkeys
        """;

    private const string Zsh = """
        #compdef agentkeys
        # zsh completion of agentkeys: source <(agentkeys completion zsh), or save it as _agentkeys in a folder of $fpath
        _agentkeys() {
            local line="${LBUFFER#* }"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- "${found[@]}"
            _files
        }
        compdef _agentkeys agentkeys
        """;

    private const string Fish = """
        # fish completion of agentkeys: agentkeys completion fish | source
        function __agentkeys_complete
            set -l line (string replace -r '^\s*\S+\s?' '' -- (commandline -cp))
            agentkeys "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c agentkeys -a '(__agentkeys_complete)'
        """;

    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal) { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    public static CliCommand Build(CliTree tree)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish.", HelpName = "SHELL" };
        shell.CompletionSources.Add([.. s_scripts.Keys]);
        var command = new CliCommand(
            "completion", "Print a script that completes commands, options and the names of your agents in a shell.", "source <(agentkeys completion bash)   # in ~/.bashrc", "agentkeys completion fish | source");
        return tree.Leaf(command, (context, _) => Task.FromResult(Print(context, context.Get(shell))), shell);
    }

    private static int Print(CommandContext context, string shell)
    {
        if (!s_scripts.TryGetValue(shell, out var script))
            throw CliException.Usage("SHELL is one of bash, zsh and fish.", "agentkeys completion bash");
        if (context.Output.Json)
            context.Output.WriteJson(new JsonObject { ["shell"] = shell, ["script"] = script });
        else
            context.Output.WriteLine(script);
        return ExitCode.Ok;
    }
}
