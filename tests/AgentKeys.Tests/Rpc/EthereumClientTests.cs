using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Rpc;

public sealed class EthereumClientTests(Anvil anvil) : IClassFixture<Anvil>
{
    private static readonly Address Nobody = Address.Parse("0x00000000000000000000000000000000000000ff");

    private EthereumClient Client() => new(new JsonRpcClient(anvil.Url));

    [AnvilFact]
    public async Task Reads_a_fresh_chain()
    {
        var client = Client();

        Assert.Equal(Anvil.ChainId, await client.GetChainIdAsync(default));
        Assert.Equal(0UL, await client.GetBlockNumberAsync(default));
        Assert.Empty(await client.GetCodeAsync(Nobody, BlockId.Latest, default));
        Assert.Equal(0, await client.GetBalanceAsync(Nobody, BlockId.Latest, default));
        Assert.Equal(0UL, await client.GetTransactionCountAsync(Nobody, BlockId.Pending, default));
        Assert.Equal(21000UL, await client.EstimateGasAsync(new CallMessage(Nobody, default), default));
        Assert.True(await client.GetGasPriceAsync(default) > 0);
        Assert.True((await client.GetFeeHistoryAsync(4, default)).NextBaseFee > 0);
        Assert.Null(await client.GetReceiptAsync(default, default));
        Assert.Empty(await client.GetLogsAsync(new LogFilter { Address = Nobody, FromBlock = 0, ToBlock = 0, Topics = [null, new byte[32]] }, default));
        Assert.Equal(10, anvil.Keys.Count);
    }

    [AnvilFact]
    public async Task Names_blocks_by_tag_number_and_hash()
    {
        var client = Client();
        var latest = await client.GetBlockAsync(BlockId.Latest, default);

        Assert.NotNull(latest);
        Assert.Equal(latest, await client.GetBlockAsync(BlockId.Number(latest.Number), default));
        Assert.Equal(latest, await client.GetBlockAsync(BlockId.Hash(latest.Hash), default));
        Assert.Null(await client.GetBlockAsync(BlockId.Number(1_000_000), default));
        Assert.Empty(await client.CallAsync(new CallMessage(Nobody, default), BlockId.Hash(latest.Hash), default));
    }

    [AnvilFact]
    public async Task A_call_at_a_block_that_is_not_there_is_an_error()
    {
        var unknown = BlockId.Hash(new Hash32(Keccak256.Hash([1])));

        var e = await Assert.ThrowsAsync<RpcErrorException>(() => Client().CallAsync(new CallMessage(Nobody, default), unknown, default));

        Assert.Equal(-32001, e.Code);
    }

    [AnvilFact]
    public async Task Asks_several_things_at_once()
    {
        var client = Client();
        var id = EthereumCalls.ChainId();
        var block = EthereumCalls.GetBlock(BlockId.Latest);

        await client.Rpc.SendBatchAsync([id, block], default);

        Assert.Equal(Anvil.ChainId, id.Result);
        Assert.Equal(0UL, block.Result!.Number);
    }
}
