using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>A valid wish for a cap to store, every part open to bending before it is built.</summary>
internal sealed class BrokerCall : IBentCall
{
    public const string Path = "/v1/cap/cred-store";

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

    /// <summary>A session in place of a login, which <c>LoginTests</c> is about.</summary>
    public static BrokerCall Of(BrokerRig rig, TestOperator who) => new()
    {
        Device = who.Agent,
        Tokens = rig.Tokens,
        Now = rig.Now,
        Session = rig.Tokens.SessionClaims(who.Agent, rig.Now) with { Operator = who.Omni, Actor = who.Agent.Omni },
        Body = who.CapBody(),
    };

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
