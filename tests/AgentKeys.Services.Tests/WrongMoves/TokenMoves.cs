using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// Tokens that the broker's key signed and that are not what it would sign: other algorithms, keys, kids, types, audiences; duplicate and
/// unknown claims; trailing bytes; base64url that is not canonical. At the broker the token is a session, at worker and signer a cap.
/// </summary>
internal static class TokenMoves
{
    private const string NoHeader = "no HTTP request delivers such a header; CapTokenTests and SessionTokenTests give it to the parser";

    public static IEnumerable<WrongMove> All { get; } = [.. BrokerTokenBends.Forged.Select(Forged), .. BrokerTokenBends.Mangled.Select(Mangled), .. Confused()];

    private static WrongMove Forged(KeyValuePair<string, Action<JwsForge, TestTokens>> bend)
    {
        void Apply(IBentCall call) => call.BendToken = f => bend.Value(f, call.Tokens);
        return Everywhere("token: " + bend.Key, Apply);
    }

    private static WrongMove Mangled(KeyValuePair<string, Func<string, string>> bend)
    {
        var name = "token with " + bend.Key;
        if (BrokerTokenBends.NeverInHeaders.Contains(bend.Key))
            return new(name, Cell.Never(NoHeader), Cell.Shown("cap_invalid", "CapTokenTests.Refuses_a_token_with"), Cell.Never(NoHeader)) { Memory = Cell.Never(NoHeader) };
        return Everywhere(name, call => call.MangleToken = bend.Value);
    }

    /// <summary>Real tokens in places where they mean nothing.</summary>
    private static IEnumerable<WrongMove> Confused()
    {
        yield return new("a storage token in the token's place",
            Cell.Broker("unauthorized", (_, c) => c.MangleToken = _ => c.Tokens.Storage(c.Tokens.StorageClaims(c.Device.Omni, Protocol.DataClass.Credentials, "agentkeys:broker", c.Now))),
            Cell.Vault("cap_invalid", (_, c) => c.MangleToken = _ => c.Tokens.Storage(c.Storage)),
            Cell.Vault("cap_invalid", (_, c) => c.MangleToken = _ => c.Tokens.Storage(c.Storage)));
        yield return new("a session in a cap's place, or a cap in a session's",
            Cell.Broker("unauthorized", (r, c) => c.MangleToken = _ => c.Tokens.Cap(c.Tokens.CapClaims(c.Device, r.Registry.Chain, c.Now))),
            Cell.Vault("cap_invalid", Session),
            Cell.Vault("cap_invalid", Session));

        static void Session(VaultStack stack, VaultCall call) =>
            call.MangleToken = _ => call.Tokens.Session(call.Tokens.SessionClaims(call.Device, call.Now) with { Operator = stack.Operator, Actor = call.Device.Omni });
    }

    private static WrongMove Everywhere(string name, Action<IBentCall> apply) => new(
        name, Cell.Broker("unauthorized", (_, c) => apply(c)), Cell.Vault("cap_invalid", (_, c) => apply(c)), Cell.Vault("cap_invalid", (_, c) => apply(c)));
}
