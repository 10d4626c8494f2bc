using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>Whose tokens are believed: the broker's URL and its public keys, all from configuration, nothing from the network.</summary>
/// <param name="Issuer">the broker's public URL, the <c>iss</c> of every token.</param>
/// <param name="CapKeys">K1: sessions and caps.</param>
/// <param name="StorageKeys">K2: storage tokens. Only a local store verifies with these.</param>
public sealed record TrustedIssuer(string Issuer, TrustedKeys CapKeys, TrustedKeys StorageKeys)
{
    /// <summary>The same keys as in <see cref="CapKeys"/>, to look at.</summary>
    public IReadOnlyList<Jwk> CapKeySet { get; init; } = [];

    /// <summary>The same keys as in <see cref="StorageKeys"/>, to look at.</summary>
    public IReadOnlyList<Jwk> StorageKeySet { get; init; } = [];
}

/// <summary>
/// When this process began to answer. A proof made before is refused: whatever it was used for may be in no memory of ours.
/// </summary>
public sealed record ProcessStart(DateTimeOffset At);
