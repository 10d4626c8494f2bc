using System.CommandLine;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys run</c>: a program with this actor's credentials in its environment. All of them are there or the program is not
/// started; they are in its environment and nowhere else.
/// </summary>
internal static class RunCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var only = new Option<string[]>("--only") { Description = "These credentials and no others. Default: all that this actor may fetch now.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var program = new Argument<string[]>("command") { Description = "The program, looked for on PATH, and its arguments; write -- before it.", HelpName = "CMD", Arity = ArgumentArity.OneOrMore };
        var command = new CliCommand(
            "run",
            """
            Run a program with this actor's credentials in its environment, under the names that people typed. Nothing is written to a file or shown on a command line.
            A name that is in the environment already is replaced, and that is said. When one credential is refused, the program is not started.

            This process becomes the program: streams, signals and the exit code are the program's own, 128+n when a signal ended it.
            Before it starts, the exit codes of `agentkeys --help` hold (3 refused), and 126 the program cannot be executed, 127 it was not found.
            """,
            "agentkeys run -- npm start", "agentkeys run --only OPENAI_API_KEY GITHUB_TOKEN -- python bot.py --fast");
        return tree.Leaf(command, (context, cancel) => RunAsync(context, context.Get(only) ?? [], context.Get(program), cancel), only, program);
    }

    private static async Task<int> RunAsync(CommandContext context, string[] only, string[] program, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
            throw CliException.Failure("run needs Linux or macOS.", "agentkeys cred fetch NAME");
        IReadOnlyList<ServiceName> named = [.. only.Select(Actors.Service).Distinct()];
        var variables = new List<ChildVariable>();
        try
        {
            using (var services = new Services(context))
                await services.UseAsync(client => FetchAsync(client, named, variables, cancel));
            foreach (var variable in variables.Where(v => context.Edges.Environment(v.Name) is not null))
                context.Output.Say($"{variable.Name} is in the environment already and is replaced");
            cancel.ThrowIfCancellationRequested();
            throw ProgramReplacement.Become(program, variables);
        }
        finally
        {
            foreach (var variable in variables)
                variable.Dispose();
        }
    }

    /// <param name="named">empty: all that the actor may fetch.</param>
    private static async Task<bool> FetchAsync(AgentKeysClient client, IReadOnlyList<ServiceName> named, List<ChildVariable> variables, CancellationToken cancel)
    {
        foreach (var service in named.Count > 0 ? named : await ListAsync(client, cancel))
        {
            try
            {
                using var fetched = await client.Credentials.FetchAsync(service.Value, cancel);
                variables.Add(ChildVariable.Of(service, fetched));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw NotStarted(service, Failures.Explain(e));
            }
        }
        return true;
    }

    private static async Task<IReadOnlyList<ServiceName>> ListAsync(AgentKeysClient client, CancellationToken cancel)
    {
        var all = new List<ServiceName>();
        await foreach (var entry in client.Credentials.ListAsync(cancel: cancel))
            all.Add(Actors.Service(entry.Name));
        return all.Count > 0
            ? all
            : throw CliException.Failure("There is no credential that this actor may fetch; the program was not started.", "the operator grants some: agentkeys scope set AGENT SERVICE");
    }

    private static CliException NotStarted(ServiceName service, CliException failure) =>
        new(failure.ExitCode, $"{service.Value}: {failure.Message}; the program was not started", failure.Hint, failure) { Code = failure.Code, Block = failure.Block };
}
