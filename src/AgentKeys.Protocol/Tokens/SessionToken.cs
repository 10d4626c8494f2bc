namespace AgentKeys.Protocol;

/// <summary>What opened the session: the operator's wallet or a device key.</summary>
public enum LoginKind
{
    Wallet,
    Device,
}

/// <summary>What a session says (SPEC.md section 5.2). It proves a key, nothing more: every right is read from the chain at use.</summary>
public sealed record SessionClaims
{
    public const string Audience = "agentkeys:broker";
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public required string Issuer { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string Id { get; init; }
    public required LoginKind Login { get; init; }

    /// <summary>The wallet's or the device's address, as <see cref="Login"/> says.</summary>
    public required AccountAddress Address { get; init; }

    public required Omni Operator { get; init; }
    public required Omni Actor { get; init; }

    /// <summary>Device whose key signed the proof at login.</summary>
    public required DeviceKeyHash Device { get; init; }

    public required Bytes32 Jkt { get; init; }

    /// <summary>The wallet to re-check on chain; null for device logins.</summary>
    public AccountAddress? SessionWallet => Login == LoginKind.Wallet ? Address : null;
}

/// <summary>A session whose signature, shape and expiry have been checked. Only <see cref="SessionToken.Verify"/> makes one.</summary>
public sealed class VerifiedSession
{
    internal VerifiedSession(SessionClaims claims, string token) => (Claims, Token) = (claims, token);

    public SessionClaims Claims { get; }
    public string Token { get; }

    public override string ToString() => $"session {Claims.Id}";

    /// <summary>Our clock only: not used before it was issued (5 s grace), not used at or after its expiry.</summary>
    public Refusal? CheckPeriod(DateTimeOffset now) =>
        now >= Claims.ExpiresAt || Claims.IssuedAt > now + TimeSpan.FromSeconds(5) ? SessionToken.Unauthorized : null;
}

/// <summary>JWS form of a session. Signing is the broker's alone.</summary>
public static class SessionToken
{
    internal static readonly Refusal Unauthorized = new(RefusalCode.Unauthorized, "No valid session; log in again.");

    public static byte[] EncodeClaims(SessionClaims c) => ProtocolJson.Write(
        new SessionWire(
            c.Issuer, SessionClaims.Audience, c.IssuedAt.ToUnixTimeSeconds(), c.ExpiresAt.ToUnixTimeSeconds(), c.Id, c.Login == LoginKind.Wallet ? "wallet" : "device",
            c.Address.ToString(), c.Operator.ToString(), c.Actor.ToString(), c.Device.ToString(), new ConfirmationWire(Base64UrlStrict.Encode(c.Jkt.ToArray()))),
        ProtocolJson.Strict.SessionWire);

    /// <summary>
    /// Verified: strict form, header, ES256 by a configured K1 key, every claim's shape, issuer, audience, period. NOT verified, and
    /// the caller must: proof of possession, and on chain that the wallet or device still stands.
    /// </summary>
    /// <returns>the session, or <c>unauthorized</c> for every failure.</returns>
    public static Result<VerifiedSession> Verify(string? token, TrustedKeys keys, string issuer, DateTimeOffset now)
    {
        if (!CompactJws.TryParse(token, out var jws)
            || !keys.VerifyHeaderAndSignature(jws, TokenTypes.Session)
            || !ProtocolJson.TryRead(jws.Payload, ProtocolJson.Strict.SessionWire, out var wire)
            || !TryRead(wire, out var claims)
            || claims.Issuer != issuer)
            return Unauthorized;
        var session = new VerifiedSession(claims, token!);
        return session.CheckPeriod(now) is { } over ? over : session;
    }

    private static bool TryRead(SessionWire w, out SessionClaims claims)
    {
        claims = null!;
        if (w.Aud != SessionClaims.Audience
            || !TokenTime.TryRead(w.Iat, out var issuedAt)
            || !TokenTime.TryRead(w.Exp, out var expiresAt)
            || expiresAt <= issuedAt
            || expiresAt - issuedAt > SessionClaims.Lifetime
            || !TokenTime.IsTokenId(w.Jti)
            || w.Login is not ("wallet" or "device")
            || !AccountAddress.TryParse(w.Address, out var address)
            || !Omni.TryParse(w.OperatorOmni, out var operatorOmni)
            || !Omni.TryParse(w.ActorOmni, out var actor)
            || !DeviceKeyHash.TryParse(w.DeviceKeyHash, out var device)
            || !Base64UrlStrict.TryDecode32(w.Cnf.Jkt, out var jkt))
            return false;

        claims = new SessionClaims
        {
            Issuer = w.Iss,
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            Id = w.Jti,
            Login = w.Login == "wallet" ? LoginKind.Wallet : LoginKind.Device,
            Address = address,
            Operator = operatorOmni,
            Actor = actor,
            Device = device,
            Jkt = jkt,
        };
        return true;
    }
}

internal sealed record SessionWire(
    string Iss, string Aud, long Iat, long Exp, string Jti, string Login, string Address, string OperatorOmni, string ActorOmni, string DeviceKeyHash, ConfirmationWire Cnf);
