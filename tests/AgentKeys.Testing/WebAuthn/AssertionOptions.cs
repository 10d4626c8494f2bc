using AgentKeys.Protocol;

namespace AgentKeys.Testing.WebAuthn;

/// <summary>
/// Bends a ceremony, one member each; null leaves it as an honest browser and authenticator do it. Everything but
/// <see cref="BendSignature"/> is applied before signing: a bent assertion is really signed.
/// </summary>
public sealed record AssertionOptions
{
    public static AssertionOptions Honest { get; } = new();

    public AuthenticatorFlags? Flags { get; init; }
    public uint? SignCount { get; init; }

    /// <summary>The relying party that authenticatorData is for.</summary>
    public string? RpId { get; init; }

    /// <summary>type, for instance <c>webauthn.create</c>.</summary>
    public string? Type { get; init; }

    public string? Origin { get; init; }

    /// <summary>Raw JSON in place of <c>false</c>; empty leaves the member out.</summary>
    public string? CrossOrigin { get; init; }

    /// <summary>Challenge bytes that the browser puts into clientDataJSON, of any length.</summary>
    public byte[]? Challenge { get; init; }

    /// <summary>Adds, drops, repeats, reorders or rewrites members: each a key and a raw JSON value.</summary>
    public Func<IReadOnlyList<ClientDataEntry>, IEnumerable<ClientDataEntry>>? Members { get; init; }

    /// <summary>The whole clientDataJSON, in place of everything above that makes it.</summary>
    public byte[]? ClientDataJson { get; init; }

    /// <summary>Cuts or changes authenticatorData (for a creation: before it goes into the attestation object).</summary>
    public Func<byte[], byte[]>? BendAuthenticatorData { get; init; }

    /// <summary>Changes the COSE key of a creation.</summary>
    public Func<byte[], byte[]>? BendCoseKey { get; init; }

    /// <summary>Changes the attestation object of a creation.</summary>
    public Func<byte[], byte[]>? BendAttestationObject { get; init; }

    /// <summary>Changes the DER signature.</summary>
    public Func<byte[], byte[]>? BendSignature { get; init; }
}

/// <param name="Key">as written between the quotes.</param>
/// <param name="RawValue">JSON, strings with their quotes.</param>
public sealed record ClientDataEntry(string Key, string RawValue);
