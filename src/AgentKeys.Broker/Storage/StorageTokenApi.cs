using AgentKeys.Broker.Http;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Storage;

/// <summary>Memory and audit are for agent_rooted operators too; what a class needs beyond that the rule says.</summary>
internal static class StorageTokenApi
{
    private static readonly PostRoute<StorageTokenBody, StorageWish> s_mint = new("/v1/mint-oidc-jwt", BrokerJson.Default.StorageTokenBody, b => b.Read());

    public static void MapStorageTokens(this IEndpointRouteBuilder app) => app.MapPost(s_mint.Path, MintAsync).Guarded(Exchange.ForSessions(TrustTier.AgentRooted))
        .Says(new RouteContract(
            "A storage token (K2) for one actor's objects of one class.", BrokerJson.Default.StorageTokenBody, BrokerJson.Default.StorageTokenAnswer, [.. GuardCodes.Rule(CapOp.List), RefusalCode.SessionRevoked]));

    private static Task<IResult> MintAsync(HttpContext http, StorageTokenMint mint, SessionGate gate, BrokerIdentity broker) =>
        Exchange.RunAsync(
            http,
            s_mint,
            (request, bodyHash) => gate.Present(request.Headers.Authorization, request.Headers["DPoP"], request.Method, broker.Url(s_mint.Path), bodyHash),
            async (session, wish, minBlock) =>
            {
                if (!(await mint.MintAsync(session, wish, minBlock, http.RequestAborted)).IsOk(out var token, out var refusal))
                    return refusal;
                return new Answer<StorageTokenAnswer>(new StorageTokenAnswer(token.Token, token.Audience, token.ExpiresAt.ToUnixTimeSeconds()), token.Block);
            },
            BrokerJson.Default.StorageTokenAnswer);
}
