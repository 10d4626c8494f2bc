using System.CommandLine;
using AgentKeys.Demo;

var stage = new Option<int>("--stage") { Description = "Which stage to run. 1: one credential from grant to refusal, then every wrong move.", DefaultValueFactory = _ => 1 };
var only = new Option<string?>("--only-step") { Description = "Run one step (name or number) on the state of an earlier run." };
var from = new Option<string?>("--from-step") { Description = "Start at this step, on the state of an earlier run." };
var to = new Option<string?>("--to-step") { Description = "Stop after this step." };
var allowSkip = new Option<bool>("--allow-skip") { Description = "A skipped step does not fail the run (the summary says PARTIAL)." };
var skipBuild = new Option<bool>("--skip-build") { Description = "Use what is already built." };
var client = new Option<string?>("--chain-client") { Description = "Who talks to the chain, in every program of the run: auto, nethereum or builtin.", HelpName = "NAME" };
client.AcceptOnlyFromAmong("auto", "nethereum", "builtin");
var json = new Option<FileInfo?>("--json") { Description = "Write one JSON object a step: {\"step\":..,\"outcome\":\"ok\",..}." };
var readme = new Option<FileInfo[]>("--check-readme") { Description = "Fail if the demo output shown in this file is not what this run printed (numbers aside). Can be given for several files." };

var root = new RootCommand("""
    Runs the AgentKeys demo: real node, real contracts, real processes, driven through the command line as a person would.

    Example: ./harness/demo --json out.json
    """)
{
    stage, only, from, to, allowSkip, skipBuild, client, json, readme,
};
root.SetAction((parse, ct) =>
{
    // Every program of the run inherits it: the command line, and the services through the stack's configuration.
    if (parse.GetValue(client) is { } name)
        Environment.SetEnvironmentVariable("AGENTKEYS_CHAIN_CLIENT", name);
    return DemoRun.ExecuteAsync(new DemoOptions(
        parse.GetValue(stage), parse.GetValue(only), parse.GetValue(from), parse.GetValue(to), parse.GetValue(allowSkip), parse.GetValue(skipBuild),
        parse.GetValue(json), parse.GetValue(readme) ?? []), ct);
});
return await root.Parse(args).InvokeAsync();
