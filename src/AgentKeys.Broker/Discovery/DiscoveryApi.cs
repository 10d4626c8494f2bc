using AgentKeys.Broker.Http;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Discovery;

/// <summary>
/// What a token service (STS) fetches to trust storage tokens: K2 only. K1 is not here, so nothing that fetches this can be talked
/// into taking a session or a cap for a storage token.
/// </summary>
internal static class DiscoveryApi
{
    public static void MapDiscovery(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/openid-configuration", (BrokerIdentity broker) => TypedResults.Json(Describe(broker), BrokerJson.Default.DiscoveryAnswer)).Guarded(RouteGuard.Open)
            .Says(new RouteContract("OpenID Connect discovery of the storage tokens' issuer.", null, BrokerJson.Default.DiscoveryAnswer));
        app.MapGet("/.well-known/jwks.json", (PublishedKeys keys) => TypedResults.Json(new JwksAnswer([.. keys.InOrder.Select(ToWire)]), BrokerJson.Default.JwksAnswer))
            .Guarded(RouteGuard.Open)
            .Says(new RouteContract("Public keys of storage tokens (K2), the active one first.", null, BrokerJson.Default.JwksAnswer));
    }

    private static DiscoveryAnswer Describe(BrokerIdentity broker) => new(
        broker.PublicUrl,
        broker.Url("/.well-known/jwks.json"),
        ["id_token"],
        ["public"],
        ["ES256"],
        ["iss", "sub", "aud", "iat", "exp", "jti", "https://aws.amazon.com/tags"]);

    private static JwksKey ToWire(Jwk key) => new(
        "EC", key.Curve, Base64UrlStrict.Encode(key.X.ToArray()), Base64UrlStrict.Encode(key.Y.ToArray()), "sig", "ES256", key.KeyId());
}

/// <summary>K2's public keys: the one that signs now, then the others that are still trusted.</summary>
internal sealed record PublishedKeys(IReadOnlyList<Jwk> InOrder);
