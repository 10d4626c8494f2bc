using AgentKeys.Services.Tests.Worker;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>The storage session: complete and of one kind, judged before everything; whose it is, judged by the store at the act.</summary>
internal static class StorageMoves
{
    private const string Required = "storage_session_required";
    private const string Refused = "storage_session_refused";
    private const string AtTheAct = "RefusalTests.A_storage_session_that_is_not_this_objects_is_refused_by_the_store";
    private static readonly Cell s_broker = Cell.Never("the broker mints storage tokens and touches no store");
    private static readonly Cell s_signer = Cell.Never("the signer touches no store");

    public static IEnumerable<WrongMove> All { get; } =
    [
        AtWorker("storage session empty", Required, (_, c) => c.Headers["AgentKeys-Storage-Token"] = ""),
        AtWorker("cloud storage session without its id", Required, (_, c) => Cloud(c, "X-Aws-Access-Key-Id")),
        AtWorker("cloud storage session without its secret", Required, (_, c) => Cloud(c, "X-Aws-Secret-Access-Key")),
        AtWorker("cloud storage session without its token", Required, (_, c) => Cloud(c, "X-Aws-Session-Token")),
        new("storage session of another actor", s_broker, Cell.Shown(Refused, AtTheAct), s_signer),
        new("storage session of another class", s_broker, Cell.Shown(Refused, AtTheAct), s_signer),
        new("storage session of another store", s_broker, Cell.Shown(Refused, AtTheAct), s_signer),
        new("storage session expired", s_broker, Cell.Shown(Refused, AtTheAct), s_signer),
        new("storage session signed by K1", s_broker, Cell.Shown(Refused, AtTheAct), s_signer),
        new("storage session as good as the cap, for another's object", s_broker, Cell.Shown(Refused, "IsolationTests.A_storage_session_never_chooses_the_object"), s_signer),
        new("storage token wished for by another agent", Cell.Shown("device_binding_mismatch", "StorageTokenTests.A_master_gets_its_agents_token_and_an_agent_nobody_elses"),
            Cell.Never("workers mint no storage tokens"), s_signer),
        new("storage token wished for by another operator", Cell.Shown("operator_mismatch", "StorageTokenTests.Another_operators_actor_is_refused"),
            Cell.Never("workers mint no storage tokens"), s_signer),
    ];

    private static WrongMove AtWorker(string name, string code, Action<VaultStack, VaultCall> bend) => new(name, s_broker, Cell.Vault(code, bend), s_signer);

    /// <summary>Two of the three headers, and nothing local.</summary>
    private static void Cloud(VaultCall call, string without)
    {
        foreach (var name in (string[])["X-Aws-Access-Key-Id", "X-Aws-Secret-Access-Key", "X-Aws-Session-Token"])
            call.Headers[name] = name == without ? null : "AKIA";
        call.Headers["AgentKeys-Storage-Token"] = null;
    }
}
