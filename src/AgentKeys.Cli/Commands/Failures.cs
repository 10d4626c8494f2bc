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

    /// <summary>Whatever went wrong, the last line says what to do next: where nothing better is known, who knows more.</summary>
    /// <param name="command">words of the command that failed.</param>
    public static CliException Taught(CliException failure, string command) => failure.Hint is not null ? failure : new CliException(failure.ExitCode, failure.Message, failure.ExitCode switch
    {
        ExitCode.Usage => $"{command} --help shows how",
        ExitCode.Refused => "`agentkeys explain` says which check refuses, `agentkeys status` what the chain says",
        _ => "`agentkeys doctor` looks at this machine and its network",
    }, failure)
    { Code = failure.Code, Block = failure.Block };

    private static CliException Refused(AgentKeysException refused)
    {
        var where = refused.Block is { } block ? $" (block {block})" : "";
        var hint = refused.Remediation ?? (refused.Refusal is { } code ? Hint(code) : null);
        return new CliException(ExitCode.Refused, $"{refused.Code}: {refused.Detail}{where}", hint, refused) { Code = refused.Code, Block = refused.Block };
    }

    /// <summary>What the person at the terminal can do about a refusal.</summary>
    internal static string Hint(RefusalCode code) => code switch
    {
        RefusalCode.ServiceNotInScope => "the operator grants it: agentkeys scope set AGENT SERVICE",
        RefusalCode.ScopeExpired => "the operator renews it: agentkeys scope set AGENT SERVICE --for 7d",
        RefusalCode.ScopeReadOnly => "the grant is for reading only; the operator changes that: agentkeys scope set AGENT SERVICE --read-write",
        RefusalCode.QuotaExceeded => "wait for the next period, or the operator raises it: agentkeys scope set AGENT SERVICE --max-calls N --per 1h",
        RefusalCode.DeviceBindingMismatch => "only the actor's own device may do this; operators store for agents and never fetch",
        RefusalCode.OperatorMismatch => "this device, or the actor, belongs to another operator: agentkeys status shows whose",
        RefusalCode.DeviceNotActive => "the chain does not know this device yet: agentkeys agent create, on the operator's machine",
        RefusalCode.DeviceRevoked => "a revoked device never comes back: make a new one in another --home",
        RefusalCode.ApproverRevoked => "the master that approved this was revoked: the operator approves again with another one",
        RefusalCode.DeviceRoleMissing => "a master device with that role does this: agentkeys status on the operator's machine shows the roles",
        RefusalCode.CustodyTierRequired => "an operator needs a passkey: agentkeys init",
        RefusalCode.NotFound => "nothing is stored under this name: agentkeys cred store, agentkeys memory put",
        RefusalCode.Conflict => "somebody else wrote meanwhile: read it again, then write over that version",
        RefusalCode.ProofInvalid => "is this machine's clock right? proofs are good for 60 seconds: agentkeys doctor compares it with the broker's",
        RefusalCode.ProofReplayed or RefusalCode.CapReplayed or RefusalCode.CapExpired or RefusalCode.K3EpochMismatch => "run the command again: it makes a new one",
        RefusalCode.Unauthorized or RefusalCode.SessionRevoked => "agentkeys login; if that is refused too, agentkeys status says what the chain knows of this machine",
        RefusalCode.RateLimited => "wait a little, then run the command again",
        RefusalCode.PayloadTooLarge => "credentials take up to 64 KiB, memory up to 8 MiB",
        RefusalCode.ChainBehind or RefusalCode.ChainStale or RefusalCode.ChainUnavailable => "the service's node lags or is gone; try again in a moment, and look with agentkeys doctor",
        RefusalCode.K3EpochPending => "the signer has no key of the new epoch yet: agentkeys epoch add on its machine",
        RefusalCode.AuditUnavailable => "the service cannot record, so it does nothing: agentkeys doctor says why, and whoever runs it agentkeys audit reopen",
        RefusalCode.ObjectLost or RefusalCode.ObjectCorrupt or RefusalCode.ObjectRolledBack => "the store lost, damaged or put back this object: store it again, and tell whoever runs the store",
        RefusalCode.SignerUnavailable or RefusalCode.StoreUnavailable or RefusalCode.ActorKeyUnavailable => "the service's signer or store is gone: agentkeys doctor says which, and whoever runs it brings it back",
        RefusalCode.InternalError => "the service has a fault: its log has this request under the trace id; tell whoever runs it",
        RefusalCode.CapInvalid or RefusalCode.CapOpMismatch or RefusalCode.CapDataClassMismatch or RefusalCode.StorageSessionRequired or RefusalCode.StorageSessionRefused =>
            "broker and worker do not belong together: agentkeys doctor compares them with the network description",
        _ => "broker or worker is of another release than this program, or no service of AgentKeys: agentkeys doctor looks",
    };
}
