using AgentKeys.Protocol;

namespace AgentKeys.Broker.Login;

internal sealed record StartBody
{
    /// <summary>Of the wallet or of the device key that will sign the message.</summary>
    public string? Address { get; init; }

    /// <summary>The device that will hold the session.</summary>
    public string? DeviceKeyHash { get; init; }

    public Result<LoginWish> Read()
    {
        if (!AccountAddress.TryParse(Address, out var address))
            return Refusal.InvalidInput("address", "0x and 40 lower-case hex digits.");
        return Protocol.DeviceKeyHash.TryParse(DeviceKeyHash, out var device)
            ? new LoginWish(address, device)
            : Refusal.InvalidInput("device_key_hash", "0x and 64 lower-case hex digits.");
    }
}

internal sealed record LoginWish(AccountAddress Address, DeviceKeyHash Device);

internal sealed record StartAnswer(string RequestId, string Message, long ExpiresAt);

internal sealed record VerifyBody
{
    public string? RequestId { get; init; }

    /// <summary>EIP-191 over the message: 0x and 65 bytes r || s || v.</summary>
    public string? Signature { get; init; }

    public Result<SignedLogin> Read()
    {
        if (RequestId is not { Length: LoginChallenges.IdLength } || !Base64UrlStrict.TryDecode(RequestId, out _))
            return Refusal.InvalidInput("request_id", "The request_id that start answered.");
        return Signature is { Length: 132 } && Signature.StartsWith("0x", StringComparison.Ordinal) && !Signature.AsSpan(2).ContainsAnyExcept("0123456789abcdef")
            ? new SignedLogin(RequestId, Convert.FromHexString(Signature.AsSpan(2)))
            : Refusal.InvalidInput("signature", "0x and 130 lower-case hex digits.");
    }
}

/// <param name="Signature">65 bytes.</param>
internal sealed record SignedLogin(string RequestId, byte[] Signature);

internal sealed record VerifyAnswer(
    string Session, long ExpiresAt, string Login, string OperatorOmni, string ActorOmni, string DeviceKeyHash, string TrustTier);
