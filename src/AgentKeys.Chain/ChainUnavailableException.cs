using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>Why the chain gave no usable answer.</summary>
public enum ChainFault
{
    /// <summary>The node cannot be reached, is too busy, or broke off.</summary>
    Unreachable,

    /// <summary>No answer within the deadline.</summary>
    TimedOut,

    /// <summary>The answer is of another chain, or of another registry than the configured one.</summary>
    WrongChain,

    /// <summary>Nothing is deployed at a configured address.</summary>
    NoCode,

    /// <summary>The node answered, but not with facts: an error, or bytes of another shape.</summary>
    BadAnswer,

    /// <summary>A contract of another version, or other code than this release carries.</summary>
    WrongVersion,
}

/// <summary>
/// The chain could not be read. Decisions made without it would be guesses, so callers refuse (<c>chain_unavailable</c>). The
/// message is this project's own words and may be shown; nothing the node said is in it.
/// </summary>
public sealed class ChainUnavailableException(ChainFault fault, string? detail = null, Exception? inner = null)
    : Exception(detail is null ? Text(fault) : Text(fault) + " " + detail, inner)
{
    public ChainFault Fault => fault;

    /// <summary>The node answered, and what it serves is not what was configured: asking again does not help.</summary>
    public bool IsMisconfigured => fault is ChainFault.WrongChain or ChainFault.NoCode or ChainFault.WrongVersion;

    /// <summary>What a failed JSON-RPC call means for whoever wanted to read.</summary>
    public static ChainUnavailableException From(RpcException e) => e switch
    {
        RpcTransportException { Fault: RpcTransportFault.TimedOut } => new(ChainFault.TimedOut, inner: e),
        RpcTransportException => new(ChainFault.Unreachable, inner: e),
        _ => new(ChainFault.BadAnswer, inner: e),
    };

    private static string Text(ChainFault fault) => fault switch
    {
        ChainFault.Unreachable => "The chain's node cannot be reached.",
        ChainFault.TimedOut => "The chain's node did not answer in time.",
        ChainFault.WrongChain => "The node speaks for another chain or registry than the configured one.",
        ChainFault.NoCode => "Nothing is deployed at the configured address.",
        ChainFault.BadAnswer => "The chain's node gave no usable answer.",
        _ => "The contracts on chain are of another version than this release.",
    };
}
