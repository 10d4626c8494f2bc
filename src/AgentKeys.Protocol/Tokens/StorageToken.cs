using System.Text.Json.Serialization;

namespace AgentKeys.Protocol;

/// <summary>
/// What a storage token says (SPEC.md section 5.4): whose objects of which class it reaches. A bearer token in the form that STS
/// reads; it opens nothing without a cap.
/// </summary>
public sealed record StorageClaims
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    public required string Issuer { get; init; }
    public required string Audience { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string Id { get; init; }
    public required Omni Actor { get; init; }
    public required DataClass DataClass { get; init; }

    /// <summary>Audience of a local store: one per store and class.</summary>
    public static string LocalAudience(string storeId, DataClass dataClass) => $"agentkeys:store:{storeId}:{dataClass.Name()}";
}

/// <summary>JWS form of a storage token, signed by K2. Signing is the broker's alone.</summary>
public static class StorageToken
{
    private static readonly Refusal s_refused = new(RefusalCode.StorageSessionRefused, "The store does not accept this storage session for that object.");

    public static byte[] EncodeClaims(StorageClaims c) => ProtocolJson.Write(
        new StorageTokenWire(
            c.Issuer, $"{c.Actor.ToBareHex()}:{c.DataClass.Name()}", c.Audience, c.IssuedAt.ToUnixTimeSeconds(), c.ExpiresAt.ToUnixTimeSeconds(), c.Id,
            new StorageTagsWire(new PrincipalTagsWire([c.Actor.ToBareHex()], [c.DataClass.Name()]))),
        ProtocolJson.Strict.StorageTokenWire);

    /// <summary>
    /// Verified: strict form, header, ES256 by a configured K2 key, issuer, audience, period, subject and both tags naming this
    /// actor and class. This is all a local store checks; what may be done there is the cap's business.
    /// </summary>
    /// <returns>null, or <c>storage_session_refused</c> for every failure.</returns>
    public static Refusal? Verify(string? token, TrustedKeys keys, string issuer, string audience, Omni actor, DataClass dataClass, DateTimeOffset now)
    {
        var accepted = CompactJws.TryParse(token, out var jws)
            && keys.VerifyHeaderAndSignature(jws, TokenTypes.Storage)
            && ProtocolJson.TryRead(jws.Payload, ProtocolJson.Strict.StorageTokenWire, out var wire)
            && wire.Iss == issuer
            && wire.Aud == audience
            && TokenTime.TryRead(wire.Iat, out var issuedAt)
            && TokenTime.TryRead(wire.Exp, out var expiresAt)
            && now < expiresAt
            && issuedAt <= now + TimeSpan.FromSeconds(5)
            && expiresAt - issuedAt <= StorageClaims.Lifetime
            && TokenTime.IsTokenId(wire.Jti)
            && wire.Sub == $"{actor.ToBareHex()}:{dataClass.Name()}"
            && wire.Tags.PrincipalTags.AgentkeysActorOmni is [var tagActor] && tagActor == actor.ToBareHex()
            && wire.Tags.PrincipalTags.AgentkeysDataClass is [var tagClass] && tagClass == dataClass.Name();
        return accepted ? null : s_refused;
    }
}

internal sealed record StorageTokenWire(
    string Iss, string Sub, string Aud, long Iat, long Exp, string Jti, [property: JsonPropertyName("https://aws.amazon.com/tags")] StorageTagsWire Tags);

internal sealed record StorageTagsWire(PrincipalTagsWire PrincipalTags);

internal sealed record PrincipalTagsWire(string[] AgentkeysActorOmni, string[] AgentkeysDataClass);
