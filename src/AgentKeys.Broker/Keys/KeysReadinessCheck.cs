using AgentKeys.Hosting;

namespace AgentKeys.Broker.Keys;

/// <summary>Which keys sign: a person compares them with what the verifiers are configured to trust.</summary>
internal sealed class KeysReadinessCheck(TokenSigner signer) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new ReadinessReport(
        "keys", true, new Dictionary<string, string> { ["session"] = signer.SessionKey.KeyId(), ["oidc"] = signer.OidcKey.KeyId() }));
}
