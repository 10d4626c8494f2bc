using System.Security.Cryptography;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>A store's body whose name is the cap's; disposes the plaintext.</summary>
internal sealed record StoreRequest(SealedContent Content, ulong? IfVersion) : IDisposable
{
    public void Dispose() => Content.Dispose();

    /// <returns>or <c>invalid_input</c> with the member, <c>payload_too_large</c>.</returns>
    public static Result<StoreRequest> Read(ReadOnlySpan<byte> json, CapClaims cap, int maxPlaintextBytes)
    {
        if (!JsonExchange.Parse(json, WorkerJson.Default.StoreBody).IsOk(out var body, out var refusal))
            return refusal;
        if (!SealedContent.IsTypedFormOf(body.Name, cap.ObjectName!))
            return Refusal.InvalidInput("name", "The name, in lower case, must be the one that the cap is for.");
        if (body.PlaintextB64 is not { } slice || !SecretBase64.TryDecode(slice.In(json), out var plaintext))
            return Refusal.InvalidInput("plaintext_b64", "Base64 with padding, RFC 4648 section 4.");
        if (plaintext.Length <= maxPlaintextBytes)
            return new StoreRequest(new SealedContent(body.Name!, plaintext), body.IfVersion);
        CryptographicOperations.ZeroMemory(plaintext);
        return new Refusal(RefusalCode.PayloadTooLarge, $"At most {maxPlaintextBytes} bytes.");
    }
}
