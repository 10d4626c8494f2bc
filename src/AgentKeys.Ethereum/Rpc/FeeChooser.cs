using System.Numerics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>What a transaction offers for gas. <see cref="Tip"/> only with EIP-1559.</summary>
/// <param name="PerGas">Wei: the price, or the most that base fee and tip may be together.</param>
internal readonly record struct Fee(BigInteger PerGas, BigInteger Tip);

/// <summary>
/// Asks the node what to offer. EIP-1559: the middle of what others tipped lately, and twice the next base fee, so that the
/// transaction stays good for about six full blocks of rising fees; what is not needed is not paid.
/// </summary>
internal static class FeeChooser
{
    private const int Blocks = 10;

    private static readonly BigInteger LargestFirstTip = 1_000_000_000;

    /// <param name="maxPerGas">see <see cref="SenderOptions.MaxPerGas"/>.</param>
    /// <exception cref="RpcProtocolException">the node names a higher fee.</exception>
    public static async Task<Fee> ChooseAsync(EthereumClient client, GasModel model, BigInteger maxPerGas, CancellationToken cancel)
    {
        var fee = await AskAsync(client, model, cancel);
        return fee.PerGas <= maxPerGas ? fee : throw new RpcProtocolException("it names a fee beyond all that is ever paid.");
    }

    private static async Task<Fee> AskAsync(EthereumClient client, GasModel model, CancellationToken cancel)
    {
        if (model == GasModel.Legacy)
            return new Fee(await client.GetGasPriceAsync(cancel), 0);

        var history = await client.GetFeeHistoryAsync(Blocks, cancel);
        var tips = history.MedianTips.Where(t => !t.IsZero).Order().ToList();

        // A quiet chain: a tip no larger than the base fee, at least one wei, at most one gwei.
        var tip = tips.Count > 0 ? tips[tips.Count / 2] : BigInteger.Max(1, BigInteger.Min(history.NextBaseFee, LargestFirstTip));
        return new Fee(2 * history.NextBaseFee + tip, tip);
    }
}
