using System.Numerics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>A transaction that is about to be handed to the node.</summary>
/// <param name="Raw">Signed: sending these bytes again is always the same transaction.</param>
public sealed record PreparedTransaction(Hash32 Hash, ulong Nonce, Address From, ReadOnlyMemory<byte> Raw);

/// <summary>
/// Sends transactions as one account and waits until they are in a block. Safe for concurrent use: estimates and waits overlap,
/// sends follow each other (see <see cref="NonceManager"/>, which all senders of one account share).
/// </summary>
public sealed class TransactionSender
{
    private readonly EthereumClient _client;
    private readonly ISecp256k1Signer _signer;
    private readonly ulong _chainId;
    private readonly GasModel _model;
    private readonly SenderOptions _options;
    private readonly TimeProvider _time;
    private readonly NonceManager _nonces;
    private readonly TransactionSigning _signing;

    /// <param name="signer">Whose account it is; stays the caller's to dispose.</param>
    /// <param name="chainId">Signed into every transaction; the caller has checked that the node has it.</param>
    /// <param name="nonces">Of the signer's account.</param>
    /// <param name="signing">Encodes and signs; null: this library, <see cref="UnsignedTransaction.Sign"/>.</param>
    public TransactionSender(
        EthereumClient client, ISecp256k1Signer signer, ulong chainId, GasModel model, NonceManager nonces, SenderOptions? options = null,
        TimeProvider? time = null, TransactionSigning? signing = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(nonces);
        if (nonces.Account != signer.Address)
            throw new ArgumentException("The nonces are another account's.", nameof(nonces));
        _client = client;
        _signer = signer;
        _chainId = chainId;
        _model = model;
        _options = options ?? new SenderOptions();
        _time = time ?? TimeProvider.System;
        _nonces = nonces;
        _signing = signing ?? ((transaction, by) => Task.FromResult(transaction.Sign(by)));
    }

    public Address Account => _signer.Address;

    /// <summary>Estimates, signs, sends, waits.</summary>
    /// <param name="to">The contract; null deploys <paramref name="data"/>.</param>
    /// <param name="beforeSend">Runs after signing and before the node gets anything, to note down what is about to happen. If
    /// it throws, nothing is sent.</param>
    /// <returns>The receipt of a transaction that succeeded.</returns>
    /// <exception cref="TransactionRevertedException">The contract refused.</exception>
    /// <exception cref="TransactionOutcomeUnknownException">No receipt in time.</exception>
    /// <exception cref="RpcException">The node could not be asked, or refused the transaction (no funds, say); nothing was sent.</exception>
    public async Task<TransactionReceipt> SendAsync(
        Address? to, ReadOnlyMemory<byte> data, CancellationToken cancel, BigInteger value = default,
        Func<PreparedTransaction, Task>? beforeSend = null)
    {
        var message = new CallMessage(to, data, _signer.Address, value);
        var gas = await EstimateAsync(message, cancel);
        var fee = await FeeChooser.ChooseAsync(_client, _model, _options.MaxPerGas, cancel);
        var hash = await SubmitAsync(message, gas, fee, beforeSend, cancel);
        var receipt = await WaitAsync(hash, cancel);
        return receipt.Succeeded ? receipt : throw new TransactionRevertedException(await ReplayAsync(message, receipt, cancel), hash);
    }

    /// <summary>Waits for the receipt of a transaction that was sent before, by whomever.</summary>
    /// <exception cref="TransactionOutcomeUnknownException">No receipt in time.</exception>
    public async Task<TransactionReceipt> WaitAsync(Hash32 transaction, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var pause = _options.FirstPause;
        RpcException? last = null;
        while (_time.GetElapsedTime(started) < _options.ReceiptDeadline)
        {
            try
            {
                if (await _client.GetReceiptAsync(transaction, cancel) is { } receipt)
                    return receipt;
            }
            catch (RpcTransportException e)
            {
                // The transaction is out; that the node is away for a moment changes nothing about it.
                last = e;
            }

            await Task.Delay(pause, _time, cancel);
            pause = pause * 2 < _options.LongestPause ? pause * 2 : _options.LongestPause;
        }

        throw new TransactionOutcomeUnknownException(transaction, last);
    }

    /// <summary>A quarter more than the node's estimate: the state moves on between estimate and block.</summary>
    private async Task<ulong> EstimateAsync(CallMessage message, CancellationToken cancel)
    {
        try
        {
            var estimate = await _client.EstimateGasAsync(message, cancel);
            return checked(estimate + estimate / 4);
        }
        catch (RpcErrorException e) when (e.RevertData is not null || e.Code == 3)
        {
            throw new TransactionRevertedException(e.RevertData, transaction: null, e);
        }
    }

    private async Task<Hash32> SubmitAsync(
        CallMessage message, ulong gas, Fee fee, Func<PreparedTransaction, Task>? beforeSend, CancellationToken cancel)
    {
        Hash32? handed = null;
        try
        {
            return await _nonces.UseAsync(async nonce =>
            {
                var signed = await _signing(
                    new UnsignedTransaction(_chainId, nonce, gas, fee.PerGas, _model == GasModel.Legacy ? null : fee.Tip, message.To, message.Value, message.Data),
                    _signer);
                var hash = new Hash32(signed.Hash);
                if (beforeSend is not null)
                    await beforeSend(new PreparedTransaction(hash, nonce, _signer.Address, signed.Raw));
                handed = hash;
                try
                {
                    return await _client.SendRawTransactionAsync(signed.Raw, cancel);
                }
                catch (RpcException e) when (e is RpcErrorException or RpcTransportException { Fault: RpcTransportFault.Unreachable })
                {
                    // Refused, or never arrived: certainly not sent.
                    handed = null;
                    throw;
                }
            }, cancel);
        }
        catch (RpcException) when (handed is not null)
        {
            // No answer, or one that cannot be used: nobody knows whether the node has it; the receipt will tell, or its absence.
            return handed.Value;
        }
    }

    /// <summary>A receipt has no reason: the message is executed once more on the state before its block, to hear it again.</summary>
    private async Task<byte[]?> ReplayAsync(CallMessage message, TransactionReceipt receipt, CancellationToken cancel)
    {
        try
        {
            await _client.CallAsync(message, BlockId.Number(receipt.BlockNumber - 1), cancel);
            await _client.CallAsync(message, BlockId.Number(receipt.BlockNumber), cancel);
            return null;
        }
        catch (RpcErrorException e)
        {
            return e.RevertData;
        }
        catch (RpcException)
        {
            // The refusal itself is certain; only its reason stays unknown.
            return null;
        }
    }
}
