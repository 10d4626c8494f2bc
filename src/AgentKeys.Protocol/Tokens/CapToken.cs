using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Protocol;

/// <summary>A cap whose signature and shape have been checked. Only <see cref="CapToken.Verify"/> makes one.</summary>
public sealed class VerifiedCap
{
    internal VerifiedCap(CapClaims claims, string token) => (Claims, Token) = (claims, token);

    public CapClaims Claims { get; }

    /// <summary>The token as received; what the proof's <c>ath</c> hashes.</summary>
    public string Token { get; }

    public override string ToString() => $"cap {Claims.Id}";

    /// <summary>Data class first, then op: both come from the route.</summary>
    public Refusal? CheckRoute(CapOp op, DataClass dataClass)
    {
        if (Claims.DataClass != dataClass)
            return new Refusal(RefusalCode.CapDataClassMismatch, "This cap is for another data class.");
        return Claims.Op == op ? null : new Refusal(RefusalCode.CapOpMismatch, "This cap is for another operation.");
    }

    /// <summary>Our clock only: not used before it was issued (5 s grace), not used at or after its expiry.</summary>
    public Refusal? CheckPeriod(DateTimeOffset now)
    {
        if (now >= Claims.ExpiresAt)
            return new Refusal(RefusalCode.CapExpired, "This cap has expired; ask the broker for a new one.");
        return Claims.IssuedAt > now + TimeSpan.FromSeconds(5) ? CapToken.Invalid : null;
    }
}

/// <summary>JWS form of a cap (SPEC.md section 5.1). Signing is the broker's alone; this class has no signing key.</summary>
public static class CapToken
{
    internal static readonly Refusal Invalid = new(RefusalCode.CapInvalid, "The cap is not one of this broker's valid capability tokens.");

    public static byte[] EncodeClaims(CapClaims c) => ProtocolJson.Write(
        new CapWire(
            c.Issuer, CapClaims.Audience, c.IssuedAt.ToUnixTimeSeconds(), c.ExpiresAt.ToUnixTimeSeconds(), c.Id, CapClaims.Version, c.Op.Name(), c.DataClass.Name(),
            c.Operator.ToString(), c.Actor.ToString(), c.Device.ToString(), c.Epoch, c.Chain.ToString(), c.Block, new ConfirmationWire(Base64UrlStrict.Encode(c.Jkt.ToArray())))
        {
            Service = c.Service?.Value!,
            Key = c.Key?.Value!,
        },
        ProtocolJson.Strict.CapWire);

    /// <summary>
    /// Verified: strict compact form, header, ES256 by a configured K1 key, every claim's shape, issuer, audience, version, lifetime
    /// bounds, the chain and registry. NOT verified, and the caller must: route (<see cref="VerifiedCap.CheckRoute"/>), period
    /// (<see cref="VerifiedCap.CheckPeriod"/>), proof of possession, live facts, epoch, replay.
    /// </summary>
    /// <returns>the cap, or <c>cap_invalid</c> for every failure.</returns>
    public static Result<VerifiedCap> Verify(string? token, TrustedKeys keys, string issuer, ChainRef chain)
    {
        if (!CompactJws.TryParse(token, out var jws)
            || !keys.VerifyHeaderAndSignature(jws, TokenTypes.Cap)
            || !ProtocolJson.TryRead(jws.Payload, ProtocolJson.Strict.CapWire, out var wire)
            || !TryRead(wire, out var claims)
            || claims.Issuer != issuer
            || claims.Chain != chain)
            return Invalid;
        return new VerifiedCap(claims, token!);
    }

    private static bool TryRead(CapWire w, out CapClaims claims)
    {
        claims = null!;
        ServiceName? service = null, key = null;
        if (w.Aud != CapClaims.Audience
            || w.Ver != CapClaims.Version
            || !TokenTime.TryRead(w.Iat, out var issuedAt)
            || !TokenTime.TryRead(w.Exp, out var expiresAt)
            || expiresAt - issuedAt < CapClaims.MinLifetime
            || expiresAt - issuedAt > CapClaims.MaxLifetime
            || !TokenTime.IsTokenId(w.Jti)
            || !CapOps.TryParse(w.Op, out var op)
            || !DataClasses.TryParse(w.DataClass, out var dataClass)
            || !Omni.TryParse(w.OperatorOmni, out var operatorOmni)
            || !Omni.TryParse(w.ActorOmni, out var actor)
            || !DeviceKeyHash.TryParse(w.DeviceKeyHash, out var device)
            || !ChainRef.TryParse(w.Chain, out var chain)
            || !Base64UrlStrict.TryDecode32(w.Cnf.Jkt, out var jkt)
            || (w.Service is not null && !ServiceName.TryParse(w.Service, out service))
            || (w.Key is not null && !ServiceName.TryParse(w.Key, out key))
            || (service is not null) != op.NamesService()
            || (key is not null) != (service is not null && dataClass.HasKeys()))
            return false;

        claims = new CapClaims
        {
            Issuer = w.Iss,
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            Id = w.Jti,
            Op = op,
            DataClass = dataClass,
            Operator = operatorOmni,
            Actor = actor,
            Service = service,
            Key = key,
            Device = device,
            Epoch = w.K3Epoch,
            Chain = chain,
            Block = w.Block,
            Jkt = jkt,
        };
        return true;
    }
}

internal sealed record CapWire(
    string Iss, string Aud, long Iat, long Exp, string Jti, int Ver, string Op, string DataClass, string OperatorOmni, string ActorOmni,
    string DeviceKeyHash, [property: System.Text.Json.Serialization.JsonPropertyName("k3_epoch")] ulong K3Epoch, string Chain, ulong Block, ConfirmationWire Cnf)
{
    // Absent is legal, an explicit null is not: the reader takes [DisallowNull] at its word, the writer leaves null out.
    [DisallowNull]
    public string? Service { get; init; }

    [DisallowNull]
    public string? Key { get; init; }
}
