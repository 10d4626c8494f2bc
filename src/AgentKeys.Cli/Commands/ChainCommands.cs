using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys chain deploy | verify | profiles</c>: thin over <see cref="ContractDeployer"/>.</summary>
internal static class ChainCommands
{
    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("chain", "Put the contracts on a chain, or check that they are the ones of this release.", "agentkeys chain verify");
        group.Add(BuildDeploy(tree));
        group.Add(tree.Leaf(
            new CliCommand("verify", "Check the code at each of the network's contract addresses against this release, byte for byte.", "agentkeys chain verify --network network.json --json"),
            VerifyAsync));
        group.Add(tree.Leaf(
            new CliCommand("profiles", "List the chains that are known by name.", "agentkeys chain profiles --json"), (context, _) => Task.FromResult(Profiles(context))));
        return group;
    }

    private static CliCommand BuildDeploy(CliTree tree)
    {
        var profile = new Option<string>("--profile") { Description = $"Chain profile: {string.Join(", ", ChainProfiles.All.Select(p => p.Name))}, or the path of a profile file.", HelpName = "NAME|FILE", Required = true };
        var key = new Option<string>("--key-file") { Description = "Key file of the account that pays (purpose wallet), as `agentkeys init` makes them.", HelpName = "FILE", Required = true };
        var file = new Option<string>("--out") { Description = "Addresses file to write; one that is there is verified, and nothing is deployed.", HelpName = "FILE", Required = true };
        var governance = new Option<string?>("--governance") { Description = "Address that will advance the key epoch. Default: the paying account.", HelpName = "0x..." };
        var rpc = new Option<string?>("--rpc-url") { Description = "JSON-RPC endpoint. Default: the profile's.", HelpName = "URL" };
        var redeploy = new Option<bool>("--redeploy") { Description = "Deploy once more although the addresses file is there: says what is lost, and needs --yes." };
        var yes = new Option<bool>("--yes") { Description = "Yes, lose it." };
        var command = new CliCommand(
            "deploy",
            "Deploy the seven contracts and write the addresses file. An interrupted run goes on where it stopped; nothing is deployed twice.",
            "agentkeys chain deploy --profile base-sepolia --key-file wallet.json --out deployment.json");
        return tree.Leaf(
            command, async (context, cancel) =>
            {
                if (context.Get(redeploy))
                    Redeployment.SetAside(context.Output, context.PathOf(context.Get(file)!), context.Get(yes));
                return await DeployAsync(context, context.Get(profile)!, context.Get(key)!, context.Get(file)!, context.Get(governance), context.Get(rpc), cancel);
            },
            profile, key, file, governance, rpc, redeploy, yes);
    }

    private static async Task<int> DeployAsync(CommandContext context, string profileText, string keyFile, string file, string? governanceText, string? rpcUrl, CancellationToken cancel)
    {
        var profile = Profile(context, profileText);
        using var key = KeyFile.Load(context.PathOf(keyFile), KeyPurpose.Wallet);
        var governance = governanceText is null ? key.Address
            : Address.TryParse(governanceText, out var named) && !named.IsZero ? named : throw CliException.Usage("--governance is not an address.");
        using var rpc = CliChainClient.Choose().Connect(RpcUrl(rpcUrl, profile));
        var deployment = await DeployAsync(context.Output, new EthereumClient(rpc), key, profile, governance, context.PathOf(file), cancel);
        context.Output.Answer(Answer(deployment), () => context.Output.Say($"seven contracts are on {profile.Name}; their addresses are in {file}"));
        return ExitCode.Ok;
    }

    /// <summary>The same code deploys for people and for dev stacks.</summary>
    /// <param name="output">told every step; null: nobody is.</param>
    public static async Task<Deployment> DeployAsync(
        CliOutput? output, EthereumClient node, ISecp256k1Signer payer, ChainProfile profile, Address governance, string file, CancellationToken cancel)
    {
        try
        {
            var progress = new Steps(step => output?.Say($"{step.Contract} {Word(step.Stage)} {step.Detail}"));
            return await new ContractDeployer(node, payer, profile.ChainId, profile.GasModel, profile.RecoveryDelaySeconds, signing: CliChainClient.Choose().Signing).DeployAsync(governance, file, progress, cancel);
        }
        catch (DeployException e)
        {
            throw CliException.Failure(e.Message, "run the command again: it goes on from its journal", e);
        }
        catch (FormatException e)
        {
            throw CliException.Failure($"{file}: {e.Message}", inner: e);
        }
    }

    private static async Task<int> VerifyAsync(CommandContext context, CancellationToken cancel)
    {
        using var chain = context.OpenChain();
        await DeploymentCheck.VerifyAsync(chain.Node, chain.Deployment, cancel);
        var answer = Answer(chain.Deployment);
        answer["p256"] = P256Name(await chain.Reader.GetP256PathAsync(cancel));
        context.Output.Answer(answer, () =>
        {
            context.Output.Table(["contract", "address"], chain.Deployment.Contracts.Select(c => (IReadOnlyList<string>)[c.Contract, c.Address.ToChecksumString()]));
            context.Output.Say($"all of them are this release's code; P-256 signatures: {answer["p256"]}");
        });
        return ExitCode.Ok;
    }

    public static string P256Name(P256Path path) => path == P256Path.Precompile ? "precompile" : "solidity";

    private static JsonObject Answer(Deployment deployment) => new()
    {
        ["chain"] = deployment.Chain.ToString(),
        ["chain_id"] = deployment.ChainId,
        ["block"] = deployment.Block,
        ["contracts"] = new JsonArray([.. deployment.Contracts.Select(c => new JsonObject { ["name"] = c.Contract, ["address"] = c.Address.ToString() })]),
    };

    private static int Profiles(CommandContext context)
    {
        var data = new JsonArray([.. ChainProfiles.All.Select(ProfileJson)]);
        context.Output.Answer(data, () => context.Output.Table(
            ["profile", "chain id", "node", "blocks", "confirmations", "gas"],
            ChainProfiles.All.Select(p => (IReadOnlyList<string>)
                [p.Name, Text(p.ChainId), p.RpcUrls[0].ToString(), p.Blocks == BlockProduction.OnDemand ? "on demand" : "continuous", Text(p.Confirmations), p.GasModel.ToString().ToLowerInvariant()])));
        return ExitCode.Ok;

        static string Text(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>As in a profile file, so that one can begin as a copy of it.</summary>
    private static JsonObject ProfileJson(ChainProfile profile)
    {
        var json = new JsonObject
        {
            ["name"] = profile.Name,
            ["chainId"] = profile.ChainId,
            ["rpcUrls"] = new JsonArray([.. profile.RpcUrls.Select(u => JsonValue.Create(u.ToString()))]),
            ["blocks"] = profile.Blocks == BlockProduction.OnDemand ? "on-demand" : "continuous",
            ["confirmations"] = profile.Confirmations,
            ["gasModel"] = profile.GasModel.ToString().ToLowerInvariant(),
            ["dev"] = profile.Dev,
        };
        if (profile.MaxHeadAgeSeconds is { } age)
            json["maxHeadAgeSeconds"] = age;
        if (profile.Explorer is { } explorer)
            json["explorer"] = explorer.ToString();
        return json;
    }

    private static ChainProfile Profile(CommandContext context, string text)
    {
        if (ChainProfiles.Find(text) is { } known)
            return known;
        try
        {
            return ChainProfileJson.Parse(File.ReadAllText(context.PathOf(text)));
        }
        catch (FileNotFoundException)
        {
            throw CliException.Usage($"{text} is neither a chain profile nor a file.", $"known: {string.Join(", ", ChainProfiles.All.Select(p => p.Name))}");
        }
        catch (FormatException e)
        {
            throw CliException.Failure($"{text}: {e.Message}", inner: e);
        }
    }

    private static Uri RpcUrl(string? text, ChainProfile profile) =>
        text is null ? profile.RpcUrls[0]
            : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw CliException.Usage("--rpc-url is not an http or https URL.");

    private static string Word(DeployStage stage) => stage switch
    {
        DeployStage.Sent => "sent,",
        DeployStage.Resumed => "was sent by an earlier run,",
        DeployStage.Interrupted => "is interrupted:",
        _ => "is at",
    };

    /// <summary>Reports at once and in order; the framework's Progress posts to a pool.</summary>
    private sealed class Steps(Action<DeployProgress> report) : IProgress<DeployProgress>
    {
        public void Report(DeployProgress value) => report(value);
    }
}
