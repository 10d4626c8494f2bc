using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// The worker's own table of bends, each row with what broker and signer make of the same. For a store the worker's cell is
/// <see cref="RefusalTests"/>, the signer's <c>SignerGateTests</c>; everything else is made here: memory, and each other operation.
/// </summary>
internal static class RequestMoves
{
    private const string AtWorker = "RefusalTests.One_thing_wrong_gives_its_code_and_changes_nothing";
    private const string AtSigner = "SignerGateTests.The_signer_refuses_what_the_worker_should_have_refused";
    private static readonly Cell s_master = Cell.Never("a master acts for every agent of its operator; who may not tear down are rows of their own");
    private static readonly Cell s_noStore = Cell.Never("the broker touches no store");
    private static readonly Cell s_routeFixes = Cell.Never("the broker's route fixes class and op; a session names neither");

    private static readonly Dictionary<string, Cell> s_broker = new()
    {
        ["body too large"] = Cell.Broker("payload_too_large", (_, c) => c.BodyText = c.Body.ToJsonString() + new string(' ', 100_000)),
        ["media type"] = Cell.Broker("unsupported_media_type", (_, c) => c.ContentType = "text/plain"),
        ["no media type"] = Cell.Broker("unsupported_media_type", (_, c) => c.ContentType = null),
        ["no storage session"] = s_noStore,
        ["both kinds of storage session"] = s_noStore,
        ["no cap"] = Cell.Broker("unauthorized", (_, c) => c.Headers["Authorization"] = null),
        ["cap as a bearer token"] = Cell.Broker("unauthorized", (_, c) => c.Headers["Authorization"] = "Bearer " + c.Tokens.Session(c.Session)),
        ["cap signed by K2"] = Cell.Broker("unauthorized", (_, c) => c.BendToken = f => f.Signer = TestTokens.Es256(c.Tokens.OidcKey)),
        ["cap of another broker"] = Cell.Broker("unauthorized", (_, c) => c.Session = c.Session with { Issuer = "http://other.test" }),
        ["cap of another chain"] = Cell.Never("a session names no chain; the broker reads its own and writes it into the cap"),
        ["cap of another registry"] = Cell.Never("a session names no registry; the broker reads its own and writes it into the cap"),
        ["cap with an unknown claim"] = Cell.Broker("unauthorized", (_, c) => c.BendToken = f => f.Claims["extra"] = 1),
        ["cap of another class"] = s_routeFixes,
        ["cap of another op"] = s_routeFixes,
        ["expired cap"] = Cell.Broker("unauthorized", (_, c) => c.Session = c.Session with { IssuedAt = c.Session.IssuedAt.AddHours(-1), ExpiresAt = c.Session.IssuedAt }),
        ["no proof"] = Cell.Broker("proof_invalid", (_, c) => c.Headers["DPoP"] = null),
        ["proof of another URL"] = Proof(f => f.Claims["htu"] = "http://broker.test/v1/mint-oidc-jwt"),
        ["proof of another method"] = Proof(f => f.Claims["htm"] = "GET"),
        ["proof of another token"] = Proof(f => f.Claims["ath"] = Base64UrlStrict.Encode(new byte[32])),
        ["proof of another body"] = Proof(f => f.Claims["body"] = Base64UrlStrict.Encode(new byte[32])),
        ["proof too old"] = Cell.Broker("proof_invalid", (_, c) => c.BendProof = f => f.Claims["iat"] = c.Now.ToUnixTimeSeconds() - 61),
        ["proof from the future"] = Cell.Broker("proof_invalid", (_, c) => c.BendProof = f => f.Claims["iat"] = c.Now.ToUnixTimeSeconds() + 6),
        ["proof by another key"] = Cell.Broker("proof_invalid", (r, c) => c.Device = r.NewOperator().Agent),
        ["proof by a key that is not the cap's device"] =
            Cell.Broker("device_binding_mismatch", (r, c) => c.Session = c.Session with { Device = r.NewOperator().Agent.Hash }),
        ["body that is not JSON"] = Cell.Broker("invalid_input", (_, c) => c.BodyText = "{"),
        ["unknown member"] = Cell.Broker("invalid_input", (_, c) => c.Body["evil"] = "store"),
        ["duplicate member"] = Cell.Broker("invalid_input", (_, c) => c.BodyText = c.Body.ToJsonString()[..^1] + $",\"device_key_hash\":\"{c.Device.Hash}\"}}"),
        ["name of another service"] = Cell.Never("at the broker the name is the wish itself: not granted is its own row"),
        ["min block that is no number"] = Cell.Broker("invalid_input", (_, c) => c.Headers["AgentKeys-Min-Block"] = "0x10"),
        ["chain unavailable"] = Cell.Broker("chain_unavailable", (r, _) => r.Registry.Fault = new ChainUnavailableException(ChainFault.Unreachable)),
        ["chain stale"] = Cell.Broker("chain_stale", (r, _) => r.Registry.HeadAge = TimeSpan.FromMinutes(10)),
        ["cap minted at a later block"] = Cell.Never("a session names no block; the broker writes the deciding one into the cap"),
        ["asked for a later block"] = Cell.Broker("chain_behind", (r, c) => c.Headers["AgentKeys-Min-Block"] = (r.Registry.Head + 1).ToString(null, null)),
        ["another actor"] = Cell.Broker("device_binding_mismatch", SessionMoves.AnotherActor),
        ["cap of an older epoch"] = Cell.Never("the broker writes the chain's epoch into the cap; nobody tells it one"),
    };

    public static IEnumerable<WrongMove> All { get; } =
    [
        .. Bend.All.Select(b => new WrongMove(b.Name, Broker(b), Cell.Shown(b.Code, AtWorker), Signer(b)) { Memory = Cell.Vault(b.Code, b.Apply) }),
        .. from op in VaultStack.Ops where op != CapOp.Store from b in Bend.All where IsWrong(op, b) select Of(op, b),
    ];

    private static WrongMove Of(CapOp op, Bend bend)
    {
        var name = $"{op.Name()}: {bend.Name}";
        // A master acts for every agent of its operator: who may not is another agent.
        var worker = Cell.Vault(bend.Code, op == CapOp.Teardown && bend.Name == "another actor" ? (s, c) => c.By(s.OtherAgent) : bend.Apply);
        return new(name, op == CapOp.Teardown && bend.Name == "another actor" ? s_master : Broker(bend), worker, Signer(op, bend, worker)) { Op = op };
    }

    /// <summary>What is wrong with a store is mostly wrong with every operation.</summary>
    private static bool IsWrong(CapOp op, Bend bend) => bend switch
    {
        { Name: "cap of another op" } => false, // CrossedMoves has every pair
        { IsOfGrant: true } when !op.NamesService() => false, // what is granted decides what a list shows (ListTests); a teardown is a master's, who needs no grant
        { Name: "grant read-only" } when !op.IsWrite() => false,
        { Name: "name of another service" } => false, // only a store's body names the object
        { Name: "duplicate member" } when op is CapOp.Fetch or CapOp.Teardown => false, // a body without members: one of them is an unknown one
        _ => true,
    };

    private static Cell Signer(CapOp op, Bend bend, Cell worker) => (op, Signer(bend)) switch
    {
        (not CapOp.Fetch, _) => Cell.NoKeys,
        (_, { ShownBy: AtSigner }) => worker,
        (_, var same) => same,
    };

    /// <summary>Where only the chain says something else, the broker hears the same and says the same.</summary>
    private static Cell Broker(Bend bend) => bend.Facts is { } facts ? Cell.Broker(bend.Code, (r, c) => r.Registry.Bend = f => facts(c.Class, f)) : s_broker[bend.Name];

    private static Cell Signer(Bend bend) => bend switch
    {
        { Name: "cap of another class" } => Cell.Vault("unauthorized", bend.Apply),
        { Name: "proof of another body" } => Cell.Never("the signer does not see the client's body: SignerGateTests.The_proofs_body_hash_is_the_workers_business"),
        { Name: "body too large" or "media type" or "no media type" } => Cell.Shown(bend.Code, "SignerGateTests.A_generate_body_names_nothing"),
        { Code: "storage_session_required" } => Cell.Never("the signer touches no store"),
        { Name: "body that is not JSON" or "unknown member" or "duplicate member" } => Cell.Shown(bend.Code, "SignerGateTests.A_generate_body_names_nothing"),
        { Name: "name of another service" } => Cell.Never("the signer takes the name from the cap; no body names one"),
        _ => Cell.Shown(bend.Code, AtSigner),
    };

    private static Cell Proof(Action<JwsForge> bend) => Cell.Broker("proof_invalid", (_, c) => c.BendProof = bend);
}
