namespace AgentKeys.Ethereum.Rpc;

/// <summary>How <see cref="TransactionSender"/> waits.</summary>
public sealed record SenderOptions
{
    /// <summary>From sending to the receipt.</summary>
    public TimeSpan ReceiptDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>First pause between two looks for the receipt; doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);
}
