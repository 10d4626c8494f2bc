using System.CommandLine;
using AgentKeys.Benchmarks;

var names = new Argument<string[]>("name") { Description = $"Which: {string.Join(", ", BenchRun.Names)}, or all.", Arity = ArgumentArity.OneOrMore };
var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file." };
var quick = new Option<bool>("--quick") { Description = "Few and short rounds: shows that the benches run, not how fast anything is." };
var skipBuild = new Option<bool>("--skip-build") { Description = "Use what is already built." };

var root = new RootCommand("""
    Measures AgentKeys beside what it is compared with, on this machine, in the same run. Each figure is a median of alternating rounds and is
    printed with its goal; a goal that is missed is printed as missed and is no failure of the run.

    Example: ./harness/bench mint verify --json out.json
    """)
{
    names, json, quick, skipBuild,
};
root.SetAction((parse, ct) => BenchRun.ExecuteAsync(parse.GetRequiredValue(names), parse.GetValue(json), parse.GetValue(quick), ct));
return await root.Parse(args).InvokeAsync();
