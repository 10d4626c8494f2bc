using AgentKeys.Broker.Http;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Login;

/// <summary>The two routes of a login. Both are limited by client, since both answer before any session.</summary>
internal static class LoginApi
{
    private static readonly PostRoute<StartBody, LoginWish> s_start = new("/v1/auth/wallet/start", BrokerJson.Default.StartBody, b => b.Read());
    private static readonly PostRoute<VerifyBody, SignedLogin> s_verify = new("/v1/auth/wallet/verify", BrokerJson.Default.VerifyBody, b => b.Read());

    private static readonly Result<Anyone> s_anyone = new Anyone();

    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        app.MapPost(s_start.Path, StartAsync).Guarded(GuardOf(RouteAuth.Anybody))
            .Says(new RouteContract("A message to sign with the wallet's or the device's key.", BrokerJson.Default.StartBody, BrokerJson.Default.StartAnswer));
        app.MapPost(s_verify.Path, VerifyAsync).Guarded(GuardOf(RouteAuth.Proof))
            .Says(new RouteContract("A session for the signature.", BrokerJson.Default.VerifyBody, BrokerJson.Default.VerifyAnswer, [
                .. GuardCodes.Chain, RefusalCode.Unauthorized, RefusalCode.SessionRevoked, RefusalCode.DeviceNotActive, RefusalCode.DeviceRevoked, RefusalCode.ApproverRevoked]));
    }

    private static RouteGuard GuardOf(RouteAuth auth) => new(TrustTier.WalletOnly, auth, Exchange.MaxBodyBytes, RouteRate.PerClient);

    private static Task<IResult> StartAsync(HttpContext http, LoginService login) => Exchange.RunAsync(
        http,
        s_start,
        (_, _) => s_anyone,
        (_, wish, _) => Task.FromResult(Started(login.Start(wish))),
        BrokerJson.Default.StartAnswer);

    private static Task<IResult> VerifyAsync(HttpContext http, LoginService login, SessionGate gate, BrokerIdentity broker) =>
        Exchange.RunAsync(
            http,
            s_verify,
            (request, bodyHash) => gate.PresentLogin(request.Headers["DPoP"], request.Method, broker.Url(s_verify.Path), bodyHash),
            async (proof, signed, minBlock) =>
            {
                var opened = await login.VerifyAsync(signed, proof, minBlock, http.RequestAborted);
                if (!opened.IsOk(out var session, out var refusal))
                    return refusal;
                return new Answer<VerifyAnswer>(ToAnswer(session), session.Block);
            },
            BrokerJson.Default.VerifyAnswer);

    private static Result<Answer<StartAnswer>> Started(Result<LoginChallenge> started) => started.IsOk(out var challenge, out var refusal)
        ? new Answer<StartAnswer>(new StartAnswer(challenge.RequestId, challenge.Text, challenge.ExpiresAt.ToUnixTimeSeconds()), null)
        : refusal;

    private static VerifyAnswer ToAnswer(OpenedSession session)
    {
        var claims = session.Claims;
        return new VerifyAnswer(
            session.Token, claims.ExpiresAt.ToUnixTimeSeconds(), claims.Login == LoginKind.Wallet ? "wallet" : "device",
            claims.Operator.ToString(), claims.Actor.ToString(), claims.Device.ToString(), session.TrustTier.Name());
    }

    /// <summary>Who asks to start a login: nobody has proved anything yet.</summary>
    private readonly record struct Anyone;
}
