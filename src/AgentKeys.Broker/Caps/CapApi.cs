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
        foreach (var (dataClass, op) in CapRoutes.All)
            app.MapCap(dataClass, op);
        app.MapExplain();
    }

    private static void MapCap(this IEndpointRouteBuilder app, DataClass dataClass, CapOp op)
    {
        var route = new PostRoute<CapBody, CapWish>(CapRoutes.PathOf(dataClass, op), BrokerJson.Default.CapBody, b => b.Read(op, dataClass));
        app.MapPost(route.Path, (HttpContext http, CapMint mint, SessionGate gate, BrokerIdentity broker) => Exchange.RunAsync(
            http,
            route,
            (request, bodyHash) => gate.Present(request.Headers.Authorization, request.Headers["DPoP"], request.Method, broker.Url(route.Path), bodyHash),
            async (session, wish, minBlock) =>
            {
                if (!(await mint.MintAsync(session, wish, minBlock, http.RequestAborted)).IsOk(out var cap, out var refusal))
                    return refusal;
                return new Answer<CapAnswer>(new CapAnswer(cap.Token, cap.ExpiresAt.ToUnixTimeSeconds(), cap.Block), cap.Block);
            },
            BrokerJson.Default.CapAnswer))
            .Guarded(Exchange.ForSessions(CapRules.RequiredTier(dataClass)))
            .Says(new RouteContract($"A cap to {op.Name()} in {dataClass.Name()}.", BrokerJson.Default.CapBody, BrokerJson.Default.CapAnswer, [.. GuardCodes.Rule(op), RefusalCode.SessionRevoked]))
            .WithMetadata(new OutcomeCounter((services, outcome) => services.GetRequiredService<CapCounters>().Count(dataClass, op, outcome)));
    }

    private static void MapExplain(this IEndpointRouteBuilder app)
    {
        var route = new PostRoute<ExplainBody, Wish>(CapRoutes.Explain, BrokerJson.Default.ExplainBody, b => b.Read());
        app.MapPost(route.Path, (HttpContext http, CapExplain explain, SessionGate gate, BrokerIdentity broker) => Exchange.RunAsync(
            http,
            route,
            (request, bodyHash) => gate.Present(request.Headers.Authorization, request.Headers["DPoP"], request.Method, broker.Url(route.Path), bodyHash),
            async (session, wish, minBlock) => (await explain.ExplainAsync(session, wish, minBlock, http.RequestAborted)).IsOk(out var answer, out var refusal)
                ? new Answer<ExplainAnswer>(answer, answer.Block)
                : refusal,
            BrokerAnswers.Default.ExplainAnswer)).Guarded(Exchange.ForSessions(TrustTier.WalletOnly))
            .Says(new RouteContract("Would a cap be minted, and if not, which check refuses?", BrokerJson.Default.ExplainBody, BrokerAnswers.Default.ExplainAnswer, GuardCodes.Chain));
    }
}
