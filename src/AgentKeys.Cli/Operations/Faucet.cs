using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Cli;

/// <summary>Gas for a new wallet: on dev chains from the node's first account, whose key the whole world knows; elsewhere from a person.</summary>
internal static class Faucet
{
    /// <summary>anvil's account 0. Public, worth nothing anywhere, and used on profiles marked dev only.</summary>
    private const string WellKnownKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private const ulong PlainTransferGas = 21000;

    public static Secp256k1Key DevKey() => Secp256k1Key.FromPrivateKey(Hex.Decode(WellKnownKey));

    /// <exception cref="CliException">no gas, and nobody here to give it.</exception>
    public static async Task FundAsync(CommandContext context, OperatorChain chain, Address wallet, BigInteger enough, CancellationToken cancel)
    {
        if (await chain.Node.GetBalanceAsync(wallet, BlockId.Latest, cancel) >= enough)
            return;
        if (!chain.Profile.Dev)
            throw CliException.Failure($"The wallet {wallet.ToChecksumString()} has no gas on {chain.Profile.Name}.", "send it a little, then run this again");
        using var key = DevKey();
        using var nonces = new NonceManager(chain.Node, key.Address);
        var sender = new TransactionSender(chain.Node, key, chain.Deployment.ChainId, chain.Profile.GasModel, nonces);
        await sender.SendAsync(wallet, ReadOnlyMemory<byte>.Empty, cancel, value: enough * 10);
        context.Output.Say("the dev chain's faucet gave the wallet one ether");
    }
}
