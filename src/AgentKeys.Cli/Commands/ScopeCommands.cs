using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys scope set | show | revoke</c>.</summary>
internal static class ScopeCommands
{
    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("scope", "Say what an agent may use, and take it back.", "agentkeys scope set research-bot OPENAI_API_KEY GITHUB_TOKEN --read-only --for 7d");
        group.Add(BuildSet(tree));
        group.Add(BuildShow(tree));
        group.Add(BuildRevoke(tree));
        return group;
    }

    private static CliCommand BuildSet(CliTree tree)
    {
        var name = AgentArgument();
        var services = new Argument<string[]>("service") { Description = "Names of credentials as they are stored, or with --class memory namespaces.", HelpName = "SERVICE", Arity = ArgumentArity.OneOrMore };
        var options = new GrantOptions();
        var noBrowser = Ceremonies.NoBrowserOption();
        var command = new CliCommand(
            "set",
            """
            Grant services to an agent. Grants of other services stay as they are, and so do those terms of a standing grant that are not named here.
            The difference is shown, and your passkey approves the whole.
            """,
            "agentkeys scope set research-bot openai_api_key --class credentials --read-only --for 7d", "agentkeys scope set research-bot OPENAI_API_KEY GITHUB_TOKEN --max-calls 100 --per 1h", "agentkeys scope set research-bot notes --class memory");
        return tree.Leaf(
            command, (context, cancel) => SetAsync(context, context.Get(name), context.Get(services), options.Read(context), !context.Get(noBrowser), cancel),
            [name, services, .. options.All, noBrowser]);
    }

    private static CliCommand BuildShow(CliTree tree)
    {
        var name = AgentArgument();
        var command = new CliCommand("show", "Show what the chain says an agent may use.", "agentkeys scope show research-bot", "agentkeys scope show research-bot --json");
        return tree.Leaf(command, (context, cancel) => ShowAsync(context, context.Get(name), cancel), name);
    }

    private static CliCommand BuildRevoke(CliTree tree)
    {
        var name = AgentArgument();
        var passkey = new Option<bool>("--passkey") { Description = "Approve with your passkey; default: the wallet takes away, without a question." };
        var noBrowser = Ceremonies.NoBrowserOption();
        var services = new Argument<string[]>("service") { Description = "These services only; the rest is set anew, which takes your passkey. Default: everything.", HelpName = "SERVICE", Arity = ArgumentArity.ZeroOrMore };
        var command = new CliCommand("revoke", "Take everything, or some services, away from an agent, at once. Its next request is refused.", "agentkeys scope revoke research-bot", "agentkeys scope revoke research-bot openai_api_key");
        return tree.Leaf(
            command,
            (context, cancel) => context.Get(services) is { Length: > 0 } some
                ? TakeAsync(context, context.Get(name), some, !context.Get(noBrowser), cancel)
                : RevokeAsync(context, context.Get(name), context.Get(passkey), !context.Get(noBrowser), cancel),
            name, services, passkey, noBrowser);
    }

    private static Argument<string> AgentArgument() => new("name") { Description = "The agent's name in this home.", HelpName = "NAME" };

    private static async Task<int> SetAsync(CommandContext context, string name, string[] typed, GrantTerms terms, bool openBrowser, CancellationToken cancel)
    {
        IReadOnlyList<ServiceName> services = [.. typed.Select(Actors.Service)];
        var agent = context.Home.Agent(name);
        using var chain = context.OpenChain();
        var current = await chain.Reader.GetScopeAsync(Omni.Parse(agent.ActorOmni), cancel);
        return await SendAsync(context, chain, name, current, ScopePlan.Make(current, services, terms, agent.Services), services, openBrowser, cancel);
    }

    /// <summary>Some of it: the contract replaces a scope as a whole, so what stays is approved once more.</summary>
    private static async Task<int> TakeAsync(CommandContext context, string name, string[] typed, bool openBrowser, CancellationToken cancel)
    {
        IReadOnlyList<ServiceName> services = [.. typed.Select(Actors.Service)];
        var agent = context.Home.Agent(name);
        using var chain = context.OpenChain();
        var current = await chain.Reader.GetScopeAsync(Omni.Parse(agent.ActorOmni), cancel);
        var plan = ScopePlan.Without(current, services, agent.Services);
        return plan.After.Count == 0 && current.Grants.Count > 0
            ? await RevokeAsync(context, name, passkey: false, openBrowser, cancel)
            : await SendAsync(context, chain, name, current, plan, [], openBrowser, cancel);
    }

    private static async Task<int> SendAsync(
        CommandContext context, OperatorChain chain, string name, ScopeRecord current, ScopePlan plan, IReadOnlyList<ServiceName> named, bool openBrowser, CancellationToken cancel)
    {
        var actor = Omni.Parse(context.Home.Agent(name).ActorOmni);
        var identity = await OperatorIdentity.LoadAsync(context.Home, chain, gives: true, cancel);
        IReadOnlyList<string> names = [.. plan.After.Select(plan.Name)];
        if (plan.ChangesNothing)
        {
            Remember(context.Home, name, named);
            return await AnswerAsync(context, name, plan.After, (await chain.Reader.GetHeadAsync(cancel)).Number, null, names, () => context.Output.Say($"{name} has exactly this already"));
        }
        context.Output.Say($"this changes for {name}:");
        foreach (var line in plan.Difference())
            context.Output.Block($"  {line}");
        var generation = current.Generation + 1;
        var approval = await new Approver(context, chain, identity, openBrowser).ApproveAsync(
            ApprovalOperation.SetScope, ApprovingContract.Scope, ApprovalFields.SetScope(identity.Omni, actor, generation, plan.After), $"Set what {name} may use",
            [
                ("Agent", $"{name}\n{actor}"),
                ("Changes", string.Join('\n', plan.Difference())),
                ("May then use, and nothing else", string.Join('\n', plan.Lines())),
            ], cancel);
        using var wallet = context.Home.LoadWallet();
        var sent = await chain.Writer.SetScopeAsync(wallet, identity.Omni, actor, generation, plan.After, [approval], cancel);
        Remember(context.Home, name, named);
        return await AnswerAsync(context, name, plan.After, sent.BlockNumber, sent.Hash, names, () => context.Output.Say($"{name}'s scope is set since block {sent.BlockNumber}"));
    }

    private static async Task<int> ShowAsync(CommandContext context, string name, CancellationToken cancel)
    {
        var agent = context.Home.Agent(name);
        using var chain = context.OpenChain();
        var scope = await chain.Reader.GetScopeAsync(Omni.Parse(agent.ActorOmni), cancel);
        var block = (await chain.Reader.GetHeadAsync(cancel)).Number;
        var names = ScopePlan.Names(agent.Services);
        return await AnswerAsync(context, name, scope.Grants, block, null, [.. scope.Grants.Select(g => ScopePlan.Name(g, names))], () =>
        {
            if (scope.Grants.Count == 0)
                context.Output.Say($"{name} may use nothing");
            else
                context.Output.Table(["service", "terms"], scope.Grants.Select(g => (IReadOnlyList<string>)[ScopePlan.Name(g, names), ScopePlan.Describe(g)]));
        });
    }

    private static async Task<int> RevokeAsync(CommandContext context, string name, bool passkey, bool openBrowser, CancellationToken cancel)
    {
        var agent = context.Home.Agent(name);
        var actor = Omni.Parse(agent.ActorOmni);
        using var chain = context.OpenChain();
        using var wallet = context.Home.LoadWallet();
        var operatorOmni = Omni.Parse(context.Home.Init!.OperatorOmni);
        if ((await chain.Reader.GetScopeAsync(actor, cancel)).Grants.Count == 0)
            return await AnswerAsync(context, name, [], (await chain.Reader.GetHeadAsync(cancel)).Number, null, [], () => context.Output.Say($"{name} may use nothing already"));
        IReadOnlyList<MasterApproval> approvals = [];
        if (passkey)
        {
            var identity = await OperatorIdentity.LoadAsync(context.Home, chain, gives: false, cancel);
            approvals = [await new Approver(context, chain, identity, openBrowser).ApproveAsync(
                ApprovalOperation.RevokeScope, ApprovingContract.Scope, ApprovalFields.RevokeScope(operatorOmni, actor), $"Take everything away from {name}",
                [("Agent", $"{name}\n{actor}"), ("May then use", "nothing")], cancel)];
        }
        var sent = await chain.Writer.RevokeScopeAsync(wallet, operatorOmni, actor, approvals, cancel);
        return await AnswerAsync(context, name, [], sent.BlockNumber, sent.Hash, [], () => context.Output.Say($"{name} may use nothing since block {sent.BlockNumber}"));
    }

    private static Task<int> AnswerAsync(
        CommandContext context, string name, IReadOnlyList<ScopeGrant> grants, ulong block, string? transaction, IReadOnlyList<string> names, Action human)
    {
        var answer = new JsonObject
        {
            ["name"] = name,
            ["block"] = block,
            ["transaction"] = transaction,
            ["grants"] = new JsonArray([.. grants.Zip(names, GrantJson.Of)]),
        };
        context.Output.Answer(answer, human);
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Remember(AgentKeysHome home, string name, IReadOnlyList<ServiceName> services)
    {
        var book = home.Agents;
        var known = book.Agents[name].Services;
        known.AddRange(services.Select(s => s.Value).Except(known).ToList());
        home.Agents = book;
    }
}
