using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>A valid wish for a cap, or the question whether it would be granted; every part open to bending before it is built.</summary>
internal sealed class BrokerCall : IBentCall
{
    public required CapOp Op { get; init; }

    /// <summary>Of credentials, as its body is; a bend for another class bends the body too.</summary>
    public DataClass Class { get; set; } = DataClass.Credentials;

    /// <summary>Asks instead of minting.</summary>
    public bool Explains { get; init; }

    public string Path => Explains ? CapRoutes.Explain : CapRoutes.PathOf(Class, Op);

    public required TestDevice Device { get; set; }

    /// <summary>Bent by <c>with</c>; signed when built.</summary>
    public required SessionClaims Session { get; set; }

    public required TestTokens Tokens { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required JsonObject Body { get; init; }

    /// <summary>In place of <see cref="Body"/>.</summary>
    public string? BodyText { get; set; }

    public string? ContentType { get; set; } = "application/json";
    public Action<JwsForge>? BendToken { get; set; }
    public Func<string, string>? MangleToken { get; set; }
    public Action<JwsForge>? BendProof { get; set; }
    public Func<string, string>? MangleProof { get; set; }

    /// <summary>Null: leave the header out. Applied last.</summary>
    public Dictionary<string, string?> Headers { get; } = [];

    /// <summary>By the agent, a teardown by its master. A session in place of a login, which <c>LoginTests</c> is about.</summary>
    public static BrokerCall Of(BrokerRig rig, TestOperator who, CapOp op, bool explains)
    {
        var (device, actor) = op == CapOp.Teardown ? (who.Master, who.Omni) : (who.Agent, who.Agent.Omni);
        var body = who.CapBody(device);
        if (!op.NamesService())
            body.Remove("service");
        if (explains)
            (body["op"], body["data_class"]) = (op.Name(), DataClass.Credentials.Name());
        return new()
        {
            Op = op,
            Explains = explains,
            Device = device,
            Tokens = rig.Tokens,
            Now = rig.Now,
            Session = rig.Tokens.SessionClaims(device, rig.Now) with { Operator = who.Omni, Actor = actor },
            Body = body,
        };
    }

    public WireRequest Build()
    {
        var session = Tokens.Forge(Session);
        BendToken?.Invoke(session);
        var token = this.Mangled(session.Sign());
        var body = Encoding.UTF8.GetBytes(BodyText ?? Body.ToJsonString());
        var proof = TestTokens.ForgeProof(Device, "POST", BrokerRig.PublicUrl + Path, token, body, Now);
        BendProof?.Invoke(proof);
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Authorization"] = "DPoP " + token,
            ["DPoP"] = this.MangledProof(proof.Sign()),
        };
        foreach (var (name, value) in Headers)
            headers[name] = value;
        return new WireRequest(Path, headers, body, ContentType);
    }
}
