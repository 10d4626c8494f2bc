using System.Globalization;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Cli;

/// <param name="Where">scheme and host: a path may hold a provider's key.</param>
/// <param name="Head">null: no answer.</param>
internal sealed record NodeReport(string Where, ulong? ChainId, ChainHead? Head);

/// <summary>Every node that the network description names: reachable, of the right chain, not behind; the contracts; the wallet's gas.</summary>
internal static class ChainChecks
{
    private const string Urls = "look at rpc_urls in the network description";

    /// <summary>Blocks that one node may lag behind another before it is said.</summary>
    private const ulong MaxLag = 5;

    private static readonly RpcOptions s_patience = new() { Deadline = ServiceProbe.Limit, AttemptTimeout = ServiceProbe.Limit, Retries = 0 };

    /// <returns>the chain that services must decide by; null: the network description does not say.</returns>
    public static async Task<(string? Chain, IReadOnlyList<Finding> Findings)> LookAsync(CommandContext context, NetworkDescription network, CancellationToken cancel)
    {
        OperatorChain chain;
        try
        {
            chain = OperatorChain.Open(network, s_patience);
        }
        catch (CliException e)
        {
            return (null, [Finding.Fail("chain", e)]);
        }
        using (chain)
        {
            var urls = network.RpcUrls.Count > 0 ? network.RpcUrls : chain.Profile.RpcUrls;
            var nodes = await Task.WhenAll(urls.Select(u => AskAsync(u, cancel)));
            var findings = Nodes(nodes, chain.Profile, context.Edges.Time.GetUtcNow()).ToList();
            if (nodes[0].ChainId == chain.Profile.ChainId)
                findings.AddRange([await ContractsAsync(chain, cancel), .. await GasAsync(context.Home, chain, cancel)]);
            return (chain.Deployment.Chain.ToString(), findings);
        }
    }

    /// <summary>Each node by itself, and against the one that is furthest.</summary>
    internal static IEnumerable<Finding> Nodes(IReadOnlyList<NodeReport> nodes, ChainProfile profile, DateTimeOffset now)
    {
        var newest = nodes.Where(n => n.ChainId == profile.ChainId).Max(n => n.Head?.Number) ?? 0;
        foreach (var node in nodes)
        {
            yield return (node.ChainId, node.Head) switch
            {
                (null, _) or (_, null) => Finding.Fail("chain", $"no answer from the node {node.Where}", $"{Urls}; on this machine `agentkeys dev` starts one"),
                ({ } id, _) when id != profile.ChainId => Finding.Fail("chain", Text($"the node {node.Where} is of chain {id}, the network is on {profile.ChainId} ({profile.Name})"), Urls),
                (_, { } head) when head.Number + MaxLag < newest => Finding.Warn("chain", Text($"the node {node.Where} is {newest - head.Number} blocks behind the others"), $"use another one: {Urls}"),
                ({ } id, _) => Finding.Ok("chain", Text($"chain {id}, {profile.Name}, {node.Where}")),
            };
            if (node is { Head: { } newestHere, ChainId: { } of } && of == profile.ChainId)
                yield return ClockChecks.Head(newestHere, profile, now);
        }
    }

    private static async Task<NodeReport> AskAsync(Uri url, CancellationToken cancel)
    {
        var where = url.GetLeftPart(UriPartial.Authority);
        try
        {
            using var rpc = new JsonRpcClient(url, s_patience);
            var node = new EthereumClient(rpc);
            var id = await node.GetChainIdAsync(cancel);
            var block = await node.GetBlockAsync(BlockId.Latest, cancel);
            return new NodeReport(where, id, block is null ? null : new ChainHead(block.Number, block.Timestamp, default));
        }
        catch (RpcException)
        {
            return new NodeReport(where, null, null);
        }
    }

    private static async Task<Finding> ContractsAsync(OperatorChain chain, CancellationToken cancel)
    {
        try
        {
            await DeploymentCheck.VerifyAsync(chain.Node, chain.Deployment, cancel);
            return Finding.Ok("contracts", $"{chain.Deployment.Contracts.Count} contracts, all of them this release's code");
        }
        catch (ChainUnavailableException e)
        {
            return Finding.Fail("contracts", e.Message, e.IsMisconfigured ? "the network description is of another network or release; on this machine: agentkeys dev --reset" : Urls);
        }
    }

    /// <summary>An operator's wallet pays; an agent has none.</summary>
    private static async Task<IEnumerable<Finding>> GasAsync(AgentKeysHome home, OperatorChain chain, CancellationToken cancel)
    {
        if (!File.Exists(home.WalletKeyPath))
            return [];
        try
        {
            using var wallet = KeyFile.Load(home.WalletKeyPath, KeyPurpose.Wallet);
            var balance = await chain.Node.GetBalanceAsync(wallet.Address, BlockId.Latest, cancel);
            return [balance.IsZero
                ? Finding.Warn("gas", $"the wallet {wallet.Address} has none: it can neither give nor take away", "send it a little; on a dev chain `agentkeys init` does")
                : Finding.Ok("gas", $"the wallet {wallet.Address} can pay")];
        }
        catch (Exception e) when (e is KeyFileException or RpcException)
        {
            return []; // told by another check
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
