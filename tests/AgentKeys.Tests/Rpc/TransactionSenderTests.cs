using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Rpc;

public abstract class TransactionSenderTests(Anvil anvil, IChainClient chainClient)
{
    /// <summary>Runtime: if calldata, revert with it; else return one word 1. Deployed by the 12 bytes before it.</summary>
    private static readonly byte[] Echo = Hex.Decode("0x601a600c600039601a6000f3" + "3615600f57366000600037366000fd5b600160005260206000f3");

    private static readonly Address Nobody = Address.Parse("0x00000000000000000000000000000000000000ff");

    [AnvilFact]
    public async Task Sends_in_both_gas_models_and_gives_the_receipt()
    {
        var (client, key, nonces) = Account(0);
        foreach (var model in new[] { GasModel.Legacy, GasModel.Eip1559 })
        {
            var before = await client.GetBalanceAsync(Nobody, BlockId.Latest, default);

            var receipt = await Sender(client, key, nonces, model).SendAsync(Nobody, default, default, value: 7);

            Assert.True(receipt.Succeeded);
            Assert.Equal(21000UL, receipt.GasUsed);
            Assert.Equal(before + 7, await client.GetBalanceAsync(Nobody, BlockId.Latest, default));
        }
    }

    [AnvilFact]
    public async Task Deploys_and_calls_and_decodes_a_refusal_before_sending()
    {
        var (client, key, nonces) = Account(1);
        var sender = Sender(client, key, nonces, GasModel.Eip1559);
        var contract = (await sender.SendAsync(null, Echo, default)).ContractAddress;
        Assert.NotNull(contract);
        var sent = await client.GetTransactionCountAsync(key.Address, BlockId.Latest, default);

        var refusal = new AbiError("NotToday(uint256 days)").Encode(3);
        var e = await Assert.ThrowsAsync<TransactionRevertedException>(() => sender.SendAsync(contract, refusal, default));

        Assert.Equal(refusal, e.RevertData);
        Assert.Null(e.Transaction);
        Assert.Equal(sent, await client.GetTransactionCountAsync(key.Address, BlockId.Latest, default));
    }

    [AnvilFact]
    public async Task Twenty_at_once_land_although_one_in_the_middle_is_refused()
    {
        var (client, key, nonces) = Account(2);
        var sender = Sender(client, key, nonces, GasModel.Eip1559);
        var everything = await client.GetBalanceAsync(key.Address, BlockId.Latest, default);

        // Passes the estimate, since that asks for no fee, and is refused by the node: value and gas are more than there is.
        var sends = Enumerable.Range(0, 20).Select(i => Task.Run(() => sender.SendAsync(Nobody, default, default, i == 10 ? everything - 1_000_000 : 1))).ToArray();
        var outcomes = await Task.WhenAll(sends.Select(async s =>
        {
            try
            {
                return (await s).Succeeded ? "landed" : "failed";
            }
            catch (RpcErrorException)
            {
                return "refused";
            }
        }));

        Assert.Equal(19, outcomes.Count(o => o == "landed"));
        Assert.Equal("refused", outcomes[10]);
        Assert.Equal(19UL, await client.GetTransactionCountAsync(key.Address, BlockId.Latest, default));
        Assert.True((await sender.SendAsync(Nobody, default, default)).Succeeded);
    }

    [AnvilFact]
    public async Task Another_sender_of_the_same_account_is_survived()
    {
        var (client, key, nonces) = Account(3);
        var (_, _, foreign) = Account(3);
        var ours = Sender(client, key, nonces, GasModel.Legacy);
        var theirs = Sender(client, key, foreign, GasModel.Legacy);
        await ours.SendAsync(Nobody, default, default);
        await theirs.SendAsync(Nobody, default, default);
        await theirs.SendAsync(Nobody, default, default);

        Assert.True((await ours.SendAsync(Nobody, default, default)).Succeeded);
    }

    [AnvilFact]
    public async Task What_is_noted_before_sending_is_what_was_sent_and_can_stop_it()
    {
        var (client, key, nonces) = Account(4);
        var sender = Sender(client, key, nonces, GasModel.Eip1559);
        PreparedTransaction? noted = null;

        var receipt = await sender.SendAsync(Nobody, default, default, beforeSend: p => Task.FromResult(noted = p));
        await Assert.ThrowsAsync<IOException>(() => sender.SendAsync(Nobody, default, default, beforeSend: _ => throw new IOException("disk full")));

        Assert.Equal((receipt.TransactionHash, 0UL, key.Address), (noted!.Hash, noted.Nonce, noted.From));
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address, BlockId.Pending, default));
        Assert.True((await sender.SendAsync(Nobody, default, default)).Succeeded);
    }

    [AnvilFact]
    public async Task A_refusal_that_only_the_block_finds_is_explained_afterwards()
    {
        var (client, key, nonces) = Account(5);
        var contract = (await Sender(client, key, nonces, GasModel.Legacy).SendAsync(null, Echo, default)).ContractAddress!.Value;

        // A node whose estimate is wrong: the transaction is mined and reverts.
        await using var proxy = new FaultyNode((_, body) => Relay(body));
        using var rpc = chainClient.Connect(proxy.Url);
        var through = new EthereumClient(rpc);
        var sender = new TransactionSender(through, key, Anvil.ChainId, GasModel.Legacy, new NonceManager(through, key.Address), signing: chainClient.Signing);

        var e = await Assert.ThrowsAsync<TransactionRevertedException>(() => sender.SendAsync(contract, new byte[] { 1, 2, 3, 4 }, default));

        Assert.Equal([1, 2, 3, 4], e.RevertData);
        Assert.NotNull(e.Transaction);
    }

    [AnvilFact]
    public Task An_answer_lost_on_the_way_is_no_reason_to_send_again() => SentOnceAlthough(6, NodeReply.HangUp);

    [AnvilFact]
    public Task Nor_is_an_answer_that_makes_no_sense() => SentOnceAlthough(8, NodeReply.Http(200, "<html>"));

    private async Task SentOnceAlthough(int account, NodeReply answer)
    {
        var (_, key, _) = Account(account);
        await using var proxy = new FaultyNode((_, body) =>
        {
            var reply = Relay(body);
            return body.Contains("eth_sendRawTransaction", StringComparison.Ordinal) ? answer : reply;
        });
        using var rpc = chainClient.Connect(proxy.Url);
        var client = new EthereumClient(rpc);
        var sender = new TransactionSender(client, key, Anvil.ChainId, GasModel.Eip1559, new NonceManager(client, key.Address), signing: chainClient.Signing);

        Assert.True((await sender.SendAsync(Nobody, default, default)).Succeeded);

        Assert.Single(proxy.Requests, r => r.Contains("eth_sendRawTransaction", StringComparison.Ordinal));
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address, BlockId.Latest, default));
    }

    [AnvilFact]
    public async Task A_transaction_that_got_lost_has_an_unknown_outcome()
    {
        var (_, key, _) = Account(7);
        await using var proxy = new FaultyNode((_, body) =>
            body.Contains("eth_sendRawTransaction", StringComparison.Ordinal) ? NodeReply.HangUp : Relay(body));
        using var rpc = chainClient.Connect(proxy.Url);
        var client = new EthereumClient(rpc);
        var options = new SenderOptions { ReceiptDeadline = TimeSpan.FromMilliseconds(300) };
        var sender = new TransactionSender(client, key, Anvil.ChainId, GasModel.Eip1559, new NonceManager(client, key.Address), options, signing: chainClient.Signing);
        PreparedTransaction? noted = null;

        var e = await Assert.ThrowsAsync<TransactionOutcomeUnknownException>(
            () => sender.SendAsync(Nobody, default, default, beforeSend: p => Task.FromResult(noted = p)));

        Assert.Equal(noted!.Hash, e.Transaction);
    }

    [AnvilFact]
    public async Task Before_a_node_that_is_gone_nothing_was_sent_and_nobody_waits()
    {
        var (_, key, _) = Account(9);
        var proxy = new FaultyNode((_, body) => Relay(body));
        using var rpc = chainClient.Connect(proxy.Url);
        var client = new EthereumClient(rpc);
        var sender = new TransactionSender(client, key, Anvil.ChainId, GasModel.Eip1559, new NonceManager(client, key.Address), signing: chainClient.Signing);

        var e = await Assert.ThrowsAsync<RpcTransportException>(
            () => sender.SendAsync(Nobody, default, default, beforeSend: async _ => await proxy.DisposeAsync()));

        Assert.Equal(RpcTransportFault.Unreachable, e.Fault);
    }

    /// <summary>The node says what others pay. Whoever believes any number hands the whole account to the next block's maker.</summary>
    [Theory]
    [InlineData(GasModel.Legacy, "0xe8d4a51000", "0x1", "0x1", true)]
    [InlineData(GasModel.Legacy, "0xe8d4a51001", "0x1", "0x1", false)]
    [InlineData(GasModel.Eip1559, "0x1", "0x1", "0xe8d4a50ffe", true)]
    [InlineData(GasModel.Eip1559, "0x1", "0x1", "0xe8d4a50fff", false)]
    [InlineData(GasModel.Eip1559, "0x1", "0x746a528801", "0x1", false)]
    public async Task A_fee_that_nobody_pays_is_refused_before_anything_is_signed(GasModel model, string price, string baseFee, string tip, bool sent)
    {
        await using var node = new FaultyNode((_, body) => Answer(body, price, baseFee, tip));
        using var rpc = chainClient.Connect(node.Url);
        var client = new EthereumClient(rpc);
        using var key = Secp256k1Key.Generate();
        var options = new SenderOptions { ReceiptDeadline = TimeSpan.FromMilliseconds(50) };
        var sender = new TransactionSender(client, key, Anvil.ChainId, model, new NonceManager(client, key.Address), options, signing: chainClient.Signing);
        var prepared = false;

        var e = await Record.ExceptionAsync(() => sender.SendAsync(Nobody, default, default, beforeSend: _ => Task.FromResult(prepared = true)));

        Assert.Equal(sent ? typeof(TransactionOutcomeUnknownException) : typeof(RpcProtocolException), e!.GetType());
        Assert.Equal(sent, prepared);
        Assert.Equal(sent, node.Requests.Any(r => r.Contains("eth_sendRawTransaction", StringComparison.Ordinal)));
    }

    private static NodeReply Answer(string body, string price, string baseFee, string tip)
    {
        var call = System.Text.Json.JsonDocument.Parse(body).RootElement;
        var result = call.GetProperty("method").GetString() switch
        {
            "eth_gasPrice" => $"\"{price}\"",
            "eth_feeHistory" => $$"""{"oldestBlock":"0x1","baseFeePerGas":["{{baseFee}}","{{baseFee}}"],"gasUsedRatio":[0.5],"reward":[["{{tip}}"]]}""",
            "eth_estimateGas" => "\"0x5208\"",
            "eth_getTransactionReceipt" => "null",
            "eth_sendRawTransaction" => $"\"0x{new string('1', 64)}\"",
            _ => "\"0x0\"",
        };
        return NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetInt64()}},"result":{{result}}}""");
    }

    private TransactionSender Sender(EthereumClient client, ISecp256k1Signer key, NonceManager nonces, GasModel model) =>
        new(client, key, Anvil.ChainId, model, nonces, signing: chainClient.Signing);

    private (EthereumClient Client, Secp256k1Key Key, NonceManager Nonces) Account(int index)
    {
        var client = new EthereumClient(chainClient.Connect(anvil.Url));
        var key = Secp256k1Key.FromPrivateKey(Hex.Decode(anvil.Keys[index]));
        return (client, key, new NonceManager(client, key.Address));
    }

    /// <summary>Passes everything on to anvil but the estimate, which it makes up.</summary>
    private NodeReply Relay(string body)
    {
        if (body.Contains("eth_estimateGas", StringComparison.Ordinal))
        {
            var id = System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("id").GetInt64();
            return NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x186a0"}""");
        }

        using var http = new HttpClient();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = http.PostAsync(anvil.Url, content).GetAwaiter().GetResult();
        return NodeReply.Http((int)response.StatusCode, response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }
}
