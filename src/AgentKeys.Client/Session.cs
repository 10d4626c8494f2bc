using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// What a login gave. <see cref="Token"/> works only with proofs by the device key that logged in; keep it in a private file all the same.
/// </summary>
/// <param name="Token">session JWS; opaque to the client.</param>
/// <param name="Operator">the operator, or the key's own omni while the chain does not know the key.</param>
/// <param name="Actor">whose data this device uses.</param>
/// <param name="Device">of the key that must prove every call.</param>
/// <param name="TrustTier">at login; services read it anew at every use.</param>
public sealed record Session(string Token, DateTimeOffset ExpiresAt, Omni Operator, Omni Actor, DeviceKeyHash Device, string TrustTier)
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30);

    /// <summary>Still good for a call that starts now.</summary>
    public bool IsFresh(DateTimeOffset now) => ExpiresAt - now > s_margin;

    /// <summary>The key was unknown to the chain at login: after a registration, a new login says more.</summary>
    public bool IsUnregistered => TrustTier == Protocol.TrustTier.WalletOnly.Name();

    internal static Session FromAnswer(VerifyAnswer answer) =>
        Omni.TryParse(answer.OperatorOmni, out var operatorOmni) && Omni.TryParse(answer.ActorOmni, out var actor) && DeviceKeyHash.TryParse(answer.DeviceKeyHash, out var device)
            ? new Session(answer.Session, DateTimeOffset.FromUnixTimeSeconds(answer.ExpiresAt), operatorOmni, actor, device, answer.TrustTier)
            : throw ClientJson.NotTheAnswer();

    /// <summary>The token stays out of logs.</summary>
    public override string ToString() => $"session of {Device}, until {ExpiresAt:u}";
}

/// <summary>A short-lived right to one operation.</summary>
public sealed record MintedCap(string Token, DateTimeOffset ExpiresAt, ulong Block)
{
    public override string ToString() => $"cap of block {Block}, until {ExpiresAt:u}";
}

/// <summary>A storage session of one actor and class. A bearer token: it opens nothing without a cap.</summary>
public sealed record StorageSession(string Token, string Audience, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"storage session for {Audience}, until {ExpiresAt:u}";
}

/// <summary>A credential, or what a memory key holds, in the clear. Disposing wipes it.</summary>
/// <param name="name">as the person typed it who stored it.</param>
/// <param name="value">owned by this object.</param>
public sealed class FetchedObject(string name, byte[] value, ulong version, ulong block) : IDisposable
{
    public string Name { get; } = name;
    public ReadOnlyMemory<byte> Value => value;
    public ulong Version { get; } = version;

    /// <summary>The block whose facts allowed it.</summary>
    public ulong Block { get; } = block;

    public void Dispose() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(value);

    /// <summary>Never the value.</summary>
    public override string ToString() => $"{Name} version {Version}";
}
