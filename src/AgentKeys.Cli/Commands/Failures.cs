using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What failures of the layers below mean for a person: exit code, words, and what to do.</summary>
internal static class Failures
{
    public static CliException Explain(Exception e) => e switch
    {
        CliException known => known,
        AgentKeysException { Code: AgentKeysException.Unreachable } gone => CliException.Unreachable(gone.Detail, "is the network up? `agentkeys dev` starts one on this machine", gone),
        AgentKeysException { Code: AgentKeysException.BadAnswer } bad => CliException.Failure(bad.Detail, "is the URL in the network description right?", bad),
        AgentKeysException refused => Refused(refused),
        ChainUnavailableException { Fault: ChainFault.Unreachable or ChainFault.TimedOut } gone => CliException.Unreachable(gone.Message, "look at rpc_urls in the network description", gone),
        ChainUnavailableException wrong => CliException.Failure(wrong.Message, "does the network description belong to this chain?", wrong),
        RegistryRevertedException reverted => CliException.Refused(reverted.ErrorName.Length > 0 ? reverted.ErrorName : "reverted", reverted.Message),
        TransactionRefusedException { Refusal: TransactionRefusal.InsufficientFunds } poor => CliException.Refused("insufficient_funds", poor.Message, "send the wallet a little; `agentkeys status` shows its address"),
        TransactionRefusedException node => CliException.Refused("transaction_refused", node.Message),
        TransactionOutcomeUnknownException unknown => CliException.Unreachable(unknown.Message, "run the command again: what is done already is found", unknown),
        RpcTransportException gone => CliException.Unreachable("The chain's node cannot be reached.", "look at rpc_urls in the network description", gone),
        RpcException node => CliException.Failure(node.Message, inner: node),
        NetworkDescriptionException network => CliException.Failure(network.Message, inner: network),
        KeyFileException key => CliException.Failure(key.Message, inner: key),
        IOException or UnauthorizedAccessException => CliException.Failure(e.Message, inner: e),
        _ => CliException.Failure($"{e.GetType().Name}: {e.Message}", "set AGENTKEYS_DEBUG=1 to see where, and please report it", e),
    };

    private static CliException Refused(AgentKeysException refused)
    {
        var where = refused.Block is { } block ? $" (block {block})" : "";
        var hint = refused.Remediation ?? (refused.Refusal is { } code ? Hint(code) : null);
        return new CliException(ExitCode.Refused, $"{refused.Code}: {refused.Detail}{where}", hint, refused) { Code = refused.Code, Block = refused.Block };
    }

    private static string? Hint(RefusalCode code) => code switch
    {
        RefusalCode.ServiceNotInScope => "the operator grants it: agentkeys scope set AGENT SERVICE",
        RefusalCode.ScopeExpired => "the operator renews it: agentkeys scope set AGENT SERVICE --for 7d",
        RefusalCode.ScopeReadOnly => "the grant is for reading only",
        RefusalCode.DeviceBindingMismatch => "only the actor's own device may do this; operators store for agents and never fetch",
        RefusalCode.OperatorMismatch => "this device, or the actor, belongs to another operator",
        RefusalCode.DeviceNotActive => "the chain does not know this device yet: agentkeys agent create, on the operator's machine",
        RefusalCode.DeviceRevoked => "a revoked device never comes back: make a new one in another --home",
        RefusalCode.CustodyTierRequired => "an operator needs a passkey: agentkeys init",
        RefusalCode.NotFound => "nothing is stored under this name: agentkeys cred store, agentkeys memory put",
        RefusalCode.ProofInvalid => "is this machine's clock right? proofs are good for 60 seconds",
        RefusalCode.ChainBehind or RefusalCode.ChainStale or RefusalCode.ChainUnavailable => "the service's node lags or is gone; try again in a moment",
        _ => null,
    };
}
