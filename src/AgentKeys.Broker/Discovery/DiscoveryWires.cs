using System.Text.Json.Serialization;

namespace AgentKeys.Broker.Discovery;

/// <summary>OpenID Connect Discovery 1.0, as much of it as a token service that federates reads.</summary>
internal sealed record DiscoveryAnswer(
    string Issuer,
    string JwksUri,
    string[] ResponseTypesSupported,
    string[] SubjectTypesSupported,
    string[] IdTokenSigningAlgValuesSupported,
    string[] ClaimsSupported);

internal sealed record JwksAnswer(JwksKey[] Keys);

internal sealed record JwksKey(
    [property: JsonPropertyName("kty")] string KeyType,
    [property: JsonPropertyName("crv")] string Curve,
    string X,
    string Y,
    string Use,
    string Alg,
    string Kid);
