using System.Runtime.InteropServices;
using AgentKeys.Mutate;

const string Help = """
    Takes one check away at a time and shows which test fails. A mutant that survives is a failure.
      scripts/mutate              all of tests/mutants
      scripts/mutate --fast       the few that scripts/test runs
      scripts/mutate NAME...      those whose 'area: rule' contains a NAME
      scripts/mutate --list       names, nothing is run
      scripts/mutate --no-build   with any of these: what is built is up to date
    Exit codes: 0 all killed; 1 anything else; 2 not understood; 130 interrupted.
    """;

var names = args.Where(a => !a.StartsWith('-')).ToList();
var options = args.Where(a => a.StartsWith('-')).ToHashSet();
if (options.Contains("--help"))
{
    Console.WriteLine(Help);
    return 0;
}
if (options.FirstOrDefault(o => o is not ("--fast" or "--list")) is { } unknown)
    return Refuse($"no option {unknown}", "scripts/mutate --help", 2);

using var interrupted = new CancellationTokenSource();
using var pressed = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var all = MutantTable.Read("tests/mutants");
    var mutants = all
        .Where(m => !options.Contains("--fast") || m.Fast)
        .Where(m => names.Count == 0 || names.Any(n => m.Name.Contains(n, StringComparison.OrdinalIgnoreCase)))
        .ToList();
    if (mutants.Count == 0)
        return Refuse("no mutant has that name", "scripts/mutate --list", 2);
    if (options.Contains("--list"))
    {
        mutants.ForEach(m => Console.WriteLine(m.Name));
        return 0;
    }
    return await new MutationRun(Directory.GetCurrentDirectory(), Console.Out, Console.Error).RunAsync(mutants, all, interrupted.Token) ? 0 : 1;
}
catch (OperationCanceledException)
{
    return Refuse("interrupted", "the working tree was never touched", 130);
}
catch (InvalidOperationException e)
{
    return Refuse(e.Message, "it needs a git clone to itself", 1);
}
catch (FormatException e)
{
    return Refuse(e.Message, "tests/mutants/README.md says how an entry looks", 2);
}

// The run then ends its children and takes the mutant back.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}

static int Refuse(string error, string hint, int exit)
{
    Console.Error.WriteLine($"mutate: error: {error}");
    Console.Error.WriteLine($"mutate: hint: {hint}");
    return exit;
}
