using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys epoch add | advance</c>: first the next key in every signer's ring, then the chain. The other way round nothing is lost, but
/// writes wait (<c>k3_epoch_pending</c>) until the ring has the key.
/// </summary>
internal static class EpochCommands
{
    private const string Signer = "AgentKeys.Signer";

    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("epoch", "Begin a new key epoch: the next ring key first, then the chain.", "agentkeys epoch add", "agentkeys epoch advance");
        group.Add(BuildAdd(tree));
        group.Add(BuildAdvance(tree));
        return group;
    }

    private static CliCommand BuildAdd(CliTree tree)
    {
        var ring = new Option<string?>("--ring") { Description = "Folder of the signer's ring keys. Default: the dev stack's.", HelpName = "DIR" };
        var command = new CliCommand(
            "add", "Make the next ring key on the signer's machine; the running signer takes it up by itself. Back the ring up before the chain advances: what is sealed under a lost key is lost.", "agentkeys epoch add --ring /var/lib/agentkeys/ring");
        return tree.Leaf(command, (context, cancel) => AddAsync(context, context.Get(ring), cancel), ring);
    }

    private static CliCommand BuildAdvance(CliTree tree)
    {
        var key = new Option<string?>("--key-file") { Description = "Key file (purpose wallet) of epoch governance. Default: the dev chain's deployer, on dev profiles only.", HelpName = "FILE" };
        var command = new CliCommand(
            "advance", "Advance the epoch on chain. New writes use the new key, everything stored still opens, and every cap minted before is void: clients ask for a new one by themselves.", "agentkeys epoch advance --key-file governance.json");
        return tree.Leaf(command, (context, cancel) => AdvanceAsync(context, context.Get(key), cancel), key);
    }

    private static async Task<int> AddAsync(CommandContext context, string? ring, CancellationToken cancel)
    {
        var folder = ring is not null ? context.PathOf(ring) : NetworkFiles.FindDevConfig(context.NetworkOption, context.Home, context.Edges) is { } config
            ? DevFolder.RingBeside(config)
            : throw CliException.Failure("No ring was found.", "pass its folder: --ring DIR");
        string[] command = [.. new ServicePrograms(context.Edges.WorkingDirectory).Service(Signer), "epoch", "add", "--ring", folder];
        context.Output.Step = $"waiting for {Signer}";
        var printed = await ChildProcess.RunAsync($"{Signer} epoch add", command, context.Edges.WorkingDirectory, cancel);
        var answer = JsonNode.Parse(printed) as JsonObject ?? throw CliException.Failure($"{Signer} epoch add did not say what it made.");
        context.Output.Answer(answer, () => context.Output.Say($"the ring has the key of epoch {answer["epoch"]}, id {answer["key_id"]}"));
        return ExitCode.Ok;
    }

    private static async Task<int> AdvanceAsync(CommandContext context, string? keyFile, CancellationToken cancel)
    {
        using var chain = context.OpenChain();
        if (keyFile is null && !chain.Profile.Dev)
            throw CliException.Usage("Whose key advances the epoch?", "name governance's: --key-file FILE");
        using var governance = keyFile is null ? Faucet.DevKey() : KeyFile.Load(context.PathOf(keyFile), KeyPurpose.Wallet);
        var sent = await chain.Writer.AdvanceEpochAsync(governance, cancel);
        var epoch = (await chain.Reader.GetFactsAsync(new FactsQuery(), cancel)).Epoch;
        var answer = new JsonObject { ["epoch"] = epoch, ["block"] = sent.BlockNumber, ["transaction"] = sent.Hash };
        context.Output.Answer(answer, () => context.Output.Say($"epoch {epoch} since block {sent.BlockNumber}"));
        return ExitCode.Ok;
    }
}
