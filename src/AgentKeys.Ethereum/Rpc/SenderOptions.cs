using System.Numerics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>How <see cref="TransactionSender"/> waits, and what it never pays.</summary>
public sealed record SenderOptions
{
    /// <summary>From sending to the receipt.</summary>
    public TimeSpan ReceiptDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>First pause between two looks for the receipt; doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Wei for one gas, base fee and tip together: above it nothing is signed. A tip is paid as offered, so a node that lies about
    /// the chain's fees could otherwise spend the whole account. 1,000 gwei, several times what busy days have asked.
    /// </summary>
    public BigInteger MaxPerGas { get; init; } = 1_000_000_000_000;
}
