using AgentKeys.Broker.Http;
using AgentKeys.Broker.Metrics;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Caps;

/// <summary>Cap routes. The route fixes op and data class; the body never names them.</summary>
internal static class CapApi
{
    public static void MapCaps(this IEndpointRouteBuilder app)
    {
        app.MapCap("/v1/cap/cred-store", CapOp.Store, DataClass.Credentials);
        app.MapCap("/v1/cap/cred-fetch", CapOp.Fetch, DataClass.Credentials);
    }

    private static void MapCap(this IEndpointRouteBuilder app, string path, CapOp op, DataClass dataClass)
    {
        var route = new PostRoute<CapBody, CapWish>(path, BrokerJson.Default.CapBody, b => b.Read());
        app.MapPost(path, (HttpContext http, Exchange exchange, CapMint mint, SessionGate gate, BrokerIdentity broker, BrokerCounters counters) => exchange.RunAsync(
            http,
            route,
            (request, bodyHash) => gate.Present(request.Headers.Authorization, request.Headers["DPoP"], request.Method, broker.Url(path), bodyHash),
            async (session, wish, minBlock) =>
            {
                if (!(await mint.MintAsync(session, op, dataClass, wish, minBlock, http.RequestAborted)).IsOk(out var cap, out var refusal))
                    return refusal;
                counters.Minted("cap");
                return new Answer<CapAnswer>(new CapAnswer(cap.Token, cap.ExpiresAt.ToUnixTimeSeconds(), cap.Block), cap.Block);
            },
            BrokerJson.Default.CapAnswer)).Guarded(Exchange.ForSessions(CapRules.RequiredTier(dataClass)));
    }
}
