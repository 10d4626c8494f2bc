using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>A valid request with a token and a proof, each open to bending before and after it is signed.</summary>
internal interface IBentCall
{
    TestTokens Tokens { get; }
    Action<JwsForge>? BendToken { get; set; }
    Func<string, string>? MangleToken { get; set; }
    Action<JwsForge>? BendProof { get; set; }
    Func<string, string>? MangleProof { get; set; }
}

internal static class BentCalls
{
    public static string Mangled(this IBentCall call, string token) => call.MangleToken?.Invoke(token) ?? token;

    public static string MangledProof(this IBentCall call, string proof) => call.MangleProof?.Invoke(proof) ?? proof;
}
