using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys agent create | list | revoke</c>.</summary>
internal static class AgentCommands
{
    private const int MaxRequestBytes = 4096;
    private const int MaxNameLength = 64;

    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("agent", "Make, list and revoke this operator's agents.", "agentkeys agent create research-bot --request request.json");
        group.Add(BuildCreate(tree));
        group.Add(tree.Leaf(new CliCommand("list", "List this operator's agents: what the chain says of their devices, and how much each was granted.", "agentkeys agent list", "agentkeys agent list --json"), ListAsync));
        group.Add(BuildRevoke(tree));
        return group;
    }

    private static CliCommand BuildCreate(CliTree tree)
    {
        var name = new Argument<string>("name") { Description = "Your name for the agent; it stays in this home.", HelpName = "NAME" };
        var request = new Option<string>("--request") { Description = "What `agentkeys init --agent` printed on the agent's machine; - reads standard input.", HelpName = "FILE", Required = true };
        var noBrowser = Ceremonies.NoBrowserOption();
        var command = new CliCommand(
            "create",
            "Register an agent's device: checks the request, asks your passkey, sends the transaction. The agent may do nothing until you set its scope.",
            "agentkeys agent create research-bot --request request.json", "ssh agent-host agentkeys init --agent --operator 0x4f2c... | agentkeys agent create research-bot --request -");
        return tree.Leaf(command, (context, cancel) => CreateAsync(context, context.Get(name), context.Get(request)!, !context.Get(noBrowser), cancel), name, request, noBrowser);
    }

    private static CliCommand BuildRevoke(CliTree tree)
    {
        var name = new Argument<string>("name") { Description = "The agent's name in this home.", HelpName = "NAME" };
        var passkey = new Option<bool>("--passkey") { Description = "Approve with your passkey; default: the wallet takes away, without a question." };
        var noBrowser = Ceremonies.NoBrowserOption();
        var command = new CliCommand("revoke", "Revoke an agent's device, for ever. Its next request is refused.", "agentkeys agent revoke research-bot");
        return tree.Leaf(command, (context, cancel) => RevokeAsync(context, context.Get(name), context.Get(passkey), !context.Get(noBrowser), cancel), name, passkey, noBrowser);
    }

    private static async Task<int> CreateAsync(CommandContext context, string name, string file, bool openBrowser, CancellationToken cancel)
    {
        ExpectName(name);
        using var chain = context.OpenChain();
        var identity = await OperatorIdentity.LoadAsync(context.Home, chain, gives: true, cancel);
        var json = file == "-" ? SecretInput.ReadAll(context.Edges.Input, owned: false) : ReadBounded(context.PathOf(file));
        var now = (ulong)context.Edges.Time.GetUtcNow().ToUnixTimeSeconds();
        var request = RegistrationRequests.Verify(json, identity.Omni, chain.Deployment.Chain, now);
        ExpectFree(context.Home.Agents, name, request);

        var block = await AlreadyRegisteredAsync(chain, request, identity.Omni, cancel)
            ?? await RegisterAsync(context, chain, identity, name, request, openBrowser, cancel);
        Remember(context.Home, name, request);
        var answer = new JsonObject { ["name"] = name, ["actor_omni"] = request.Actor.ToString(), ["device_key_hash"] = request.Device.ToString(), ["block"] = block };
        context.Output.Answer(answer, () => context.Output.Say($"{name} is actor {request.Actor}; give it something: agentkeys scope set {name} SERVICE"));
        return ExitCode.Ok;
    }

    private static async Task<ulong> RegisterAsync(
        CommandContext context, OperatorChain chain, OperatorIdentity identity, string name, VerifiedRequest request, bool openBrowser, CancellationToken cancel)
    {
        var fields = ApprovalFields.RegisterAgentDevice(request.Device, identity.Omni, request.Actor, request.Deadline);
        var approval = await new Approver(context, chain, identity, openBrowser).ApproveAsync(
            ApprovalOperation.RegisterAgentDevice, ApprovingContract.Registry, fields, $"Let {name} be one of your agents",
            [
                ("Agent", $"{name}\n{request.Actor}"),
                ("Its device", $"{request.Device}\n{request.Address}"),
                ("May then use", "nothing, until you set its scope"),
                ("The device's request counts until", Moments.Utc(request.Deadline)),
            ], cancel);
        using var wallet = context.Home.LoadWallet();
        var registration = new AgentDeviceRegistration(request.Device, identity.Omni, request.Actor, request.Deadline, request.Signature, [approval]);
        return (await chain.Writer.RegisterAgentDeviceAsync(wallet, registration, cancel)).BlockNumber;
    }

    /// <summary>An earlier run may have sent it: then there is nothing to approve.</summary>
    private static async Task<ulong?> AlreadyRegisteredAsync(OperatorChain chain, VerifiedRequest request, Omni operatorOmni, CancellationToken cancel)
    {
        var known = await chain.Reader.GetDeviceAsync(request.Device, cancel);
        if (known is null)
            return null;
        if (known.Operator != operatorOmni || known.Actor != request.Actor)
            throw CliException.Refused("DeviceAlreadyRegistered", "The device is registered for another operator or actor.");
        if (known.RevokedAt > 0)
            throw CliException.Refused("DeviceAlreadyRegistered", "The device was revoked and never comes back.", "make a new one: agentkeys init --agent in another --home");
        return (await chain.Reader.GetHeadAsync(cancel)).Number;
    }

    /// <summary>The chain's agents of this operator, by the names of this home; and those that this home knows and the chain does not.</summary>
    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        if (context.Home.Init is not { Kind: InitCommand.OperatorKind } journal)
            throw CliException.Failure($"{context.Home.Path} is not the home of an operator.", "run `agentkeys init` first");
        using var chain = context.OpenChain();
        var book = context.Home.Agents;
        var report = await OperatorReport.ReadAsync(chain.Reader, Omni.Parse(journal.OperatorOmni), book, cancel);
        var found = report?.Agents ?? [];
        var missing = book.Agents.Where(b => found.All(a => a.Actor.ToString() != b.Value.ActorOmni));
        var agents = new JsonArray([
            .. found.Select(a => ListedAgent(a.Name, a.Actor.ToString(), (a.Devices.FirstOrDefault(d => d.IsActive) ?? a.Devices[^1]).Hash.ToString(), a.IsActive ? "active" : "revoked", a.Scope?.Grants.Count ?? 0)),
            .. missing.Select(m => ListedAgent(m.Key, m.Value.ActorOmni, m.Value.DeviceKeyHash, "not_registered", 0))]);
        context.Output.Answer(new JsonObject { ["agents"] = agents }, () =>
        {
            if (agents.Count == 0)
                context.Output.Say("no agents; agentkeys init --agent --operator OMNI on an agent's machine makes a request, and agentkeys agent create takes it");
            else
                context.Output.Table(["agent", "device", "grants", "actor"], agents.Select(a => (IReadOnlyList<string>)[a!["name"]?.ToString() ?? "(of another home)", a["device"]!.ToString().Replace('_', ' '), a["grants"]!.ToString(), a["actor_omni"]!.ToString()]));
        });
        return ExitCode.Ok;
    }

    private static JsonObject ListedAgent(string? name, string actor, string device, string state, int grants) =>
        new() { ["name"] = name, ["actor_omni"] = actor, ["device_key_hash"] = device, ["device"] = state, ["grants"] = grants };

    private static async Task<int> RevokeAsync(CommandContext context, string name, bool passkey, bool openBrowser, CancellationToken cancel)
    {
        var agent = context.Home.Agent(name);
        var device = DeviceKeyHash.Parse(agent.DeviceKeyHash);
        using var chain = context.OpenChain();
        using var wallet = context.Home.LoadWallet();
        if (await chain.Reader.GetDeviceAsync(device, cancel) is { RevokedAt: > 0 })
            return Revoked(context, name, agent, (await chain.Reader.GetHeadAsync(cancel)).Number, null);
        IReadOnlyList<MasterApproval> approvals = [];
        if (passkey)
        {
            var identity = await OperatorIdentity.LoadAsync(context.Home, chain, gives: false, cancel);
            approvals = [await new Approver(context, chain, identity, openBrowser).ApproveAsync(
                ApprovalOperation.RevokeAgentDevice, ApprovingContract.Registry, ApprovalFields.RevokeAgentDevice(device), $"Revoke {name}'s device, for ever",
                [("Agent", $"{name}\n{agent.ActorOmni}"), ("Its device", agent.DeviceKeyHash)], cancel)];
        }
        var sent = await chain.Writer.RevokeAgentDeviceAsync(wallet, device, approvals, cancel);
        return Revoked(context, name, agent, sent.BlockNumber, sent.Hash);
    }

    /// <param name="transaction">null: it was revoked before.</param>
    private static int Revoked(CommandContext context, string name, AgentRecord agent, ulong block, string? transaction)
    {
        var answer = new JsonObject { ["name"] = name, ["device_key_hash"] = agent.DeviceKeyHash, ["block"] = block, ["transaction"] = transaction };
        context.Output.Answer(answer, () => context.Output.Say(transaction is null ? $"{name}'s device was revoked before" : $"{name}'s device is revoked since block {block}"));
        return ExitCode.Ok;
    }

    private static void Remember(AgentKeysHome home, string name, VerifiedRequest request)
    {
        var book = home.Agents;
        if (book.Agents.TryAdd(name, new AgentRecord(request.Actor.ToString(), request.Device.ToString(), request.Address.ToString(), [])))
            home.Agents = book;
    }

    private static void ExpectFree(AgentBook book, string name, VerifiedRequest request)
    {
        if (book.Agents.TryGetValue(name, out var other) && other.ActorOmni != request.Actor.ToString())
            throw CliException.Failure($"There is another agent {name}.", "choose another name");
        if (book.Agents.FirstOrDefault(a => a.Value.ActorOmni == request.Actor.ToString()).Key is { } known && known != name)
            throw CliException.Failure($"This agent is {known} already.");
    }

    private static void ExpectName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.StartsWith('-') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name.StartsWith("0x", StringComparison.Ordinal))
            throw CliException.Usage("An agent's name is up to 64 of A-Z a-z 0-9 - _ . and does not begin with - or 0x.");
    }

    private static byte[] ReadBounded(string path) =>
        new FileInfo(path) is { Exists: true, Length: > MaxRequestBytes }
            ? throw CliException.Failure($"{path} is too large to be a registration request.")
            : File.ReadAllBytes(path);
}
