namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>The chain as an enemy: refused inside the deadline, the process alive and not ready.</summary>
internal static class ChainMoves
{
    public static IEnumerable<WrongMove> All { get; } =
    [
        .. ChainFaultTests.Faults.Keys.Select(fault => new WrongMove(
            "chain " + fault,
            Cell.Shown("chain_unavailable", "ChainFaultTests.The_broker_refuses_in_time"),
            Cell.Shown("chain_unavailable", "ChainFaultTests.The_worker_refuses_in_time"),
            Cell.Shown("chain_unavailable", "ChainFaultTests.The_signer_refuses_in_time"))
        {
            Explain = Cell.Shown("chain_unavailable", "ChainFaultTests.The_broker_refuses_in_time"),
            Memory = Cell.Shown("chain_unavailable", "ChainFaultTests.The_worker_refuses_in_time"),
        }),
        new("signer's own chain down", Cell.Never("the broker has its own node"),
            Cell.Shown("signer_unavailable", "IsolationTests.A_signer_whose_chain_is_down_is_unavailable_not_the_chain"),
            Cell.Shown("chain_unavailable", "ChainFaultTests.The_signer_refuses_in_time"))
        {
            Memory = Cell.Shown("signer_unavailable", "IsolationTests.A_signer_whose_chain_is_down_is_unavailable_not_the_chain"),
        },
    ];
}
