using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>The storage session: complete and of one kind, judged before everything; whose it is, judged by the store at the act.</summary>
internal static class StorageMoves
{
    private const string Required = "storage_session_required";
    private const string Refused = "storage_session_refused";
    private static readonly Cell s_broker = Cell.Never("the broker mints storage tokens and touches no store");
    private static readonly Cell s_caps = Cell.Never("explain is asked about caps, which no storage token needs");
    private static readonly Cell s_signer = Cell.Never("the signer touches no store");

    public static IEnumerable<WrongMove> All { get; } =
    [
        AtWorker("storage session empty", Required, (_, c) => c.Headers["AgentKeys-Storage-Token"] = ""),
        AtWorker("cloud storage session without its id", Required, (_, c) => Cloud(c, "X-Aws-Access-Key-Id")),
        AtWorker("cloud storage session without its secret", Required, (_, c) => Cloud(c, "X-Aws-Secret-Access-Key")),
        AtWorker("cloud storage session without its token", Required, (_, c) => Cloud(c, "X-Aws-Session-Token")),
        .. VaultStack.Ops.SelectMany(AtTheStore),
        new("storage session as good as the cap, for another's object", s_broker, Cell.Act(Refused, (s, c) =>
        {
            c.By(s.OtherAgent);
            c.Cap = c.Cap with { Actor = s.OtherAgent.Omni };
            s.BendFacts(f => f with { Grant = ObjectMoves.Granted(s) });
        }), s_signer) { Op = CapOp.Fetch },
        new("storage token wished for by another agent", Cell.Shown("device_binding_mismatch", "StorageTokenTests.A_master_gets_its_agents_token_and_an_agent_nobody_elses"),
            Cell.Never("workers mint no storage tokens"), s_signer) { Explain = s_caps },
        new("storage token wished for by another operator", Cell.Shown("operator_mismatch", "StorageTokenTests.Another_operators_actor_is_refused"),
            Cell.Never("workers mint no storage tokens"), s_signer) { Explain = s_caps },
    ];

    /// <summary>Judged where the object is touched: by then the act is on record.</summary>
    private static IEnumerable<WrongMove> AtTheStore(CapOp op)
    {
        yield return Of("of another actor", (s, c) => c.Storage = c.Storage with { Actor = s.OtherAgent.Omni });
        yield return Of("of another class", (s, c) => c.Storage = c.Storage with { DataClass = s.OtherClass });
        yield return Of("of another store", (s, c) => c.Storage = c.Storage with { Audience = StorageClaims.LocalAudience("other", s.Class) });
        yield return Of("expired", (_, c) => c.Storage = c.Storage with { IssuedAt = c.Storage.IssuedAt.AddSeconds(-300), ExpiresAt = c.Storage.IssuedAt });
        yield return Of("signed by K1", (_, c) => c.BendStorage = f => f.Signer = TestTokens.Es256(c.Tokens.SessionKey));

        WrongMove Of(string whose, Action<VaultStack, VaultCall> bend) => new($"{op.Name()}: storage session {whose}", s_broker, Cell.Act(Refused, bend), s_signer) { Op = op };
    }

    private static WrongMove AtWorker(string name, string code, Action<VaultStack, VaultCall> bend) => new(name, s_broker, Cell.Vault(code, bend), s_signer);

    /// <summary>Two of the three headers, and nothing local.</summary>
    private static void Cloud(VaultCall call, string without)
    {
        foreach (var name in (string[])["X-Aws-Access-Key-Id", "X-Aws-Secret-Access-Key", "X-Aws-Session-Token"])
            call.Headers[name] = name == without ? null : "AKIA";
        call.Headers["AgentKeys-Storage-Token"] = null;
    }
}
