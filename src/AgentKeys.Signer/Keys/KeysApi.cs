using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>The two routes of the signer.</summary>
internal static class KeysApi
{
    private const int MaxBodyBytes = 1024;

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        // Of the classes that it may serve, memory is for agent_rooted operators too; the rest the rule says.
        var keys = app.MapGroup("").Guarded(new RouteGuard(TrustTier.AgentRooted, RouteAuth.PeerAndCap, MaxBodyBytes));
        keys.MapPost("/v1/keys/generate", GenerateAsync).Says(KeyContracts.Generate);
        keys.MapPost("/v1/keys/unwrap", UnwrapAsync).Says(KeyContracts.Unwrap);
    }

    private static Task GenerateAsync(HttpContext http, KeyRequests requests, KeyService keys) =>
        AnswerAsync(http, (request, body) => requests.RunAsync(
            request,
            CapOp.Store,
            AuditOpKind.DataKeyGenerated,
            () => JsonExchange.Parse(body.Written, SignerJson.Default.GenerateBody),
            (authorized, _) => Write(keys.Generate(authorized.Cap, authorized.Facts.Epoch), KeyAnswers.Write),
            http.RequestAborted));

    private static Task UnwrapAsync(HttpContext http, KeyRequests requests, KeyService keys) =>
        AnswerAsync(http, (request, body) => requests.RunAsync(
            request,
            CapOp.Fetch,
            AuditOpKind.DataKeyUnwrapped,
            () => ReadWrapped(body.Written),
            (authorized, wrapped) => Write(keys.Unwrap(authorized.Cap, wrapped), KeyAnswers.Write),
            http.RequestAborted));

    private static async Task AnswerAsync(HttpContext http, Func<KeyRequest, SecretBuffer, Task<Result<KeyAnswer>>> run)
    {
        if (!(await JsonExchange.ReadBodyAsync(http.Request, http.RequestAborted)).IsOk(out var body, out var refusal))
        {
            await RefusalResults.WriteAsync(http, refusal);
            return;
        }
        using (body)
        {
            var headers = http.Request.Headers;
            uint? peer = PeerCredentials.TryGetUid(http, out var uid) ? uid : null;
            var request = new KeyRequest(peer, headers.Authorization, headers["DPoP"], () => BlockHeaders.ParseMinBlock(http.Request));
            if (!(await run(request, body)).IsOk(out var answer, out refusal))
            {
                await RefusalResults.WriteAsync(http, refusal);
                return;
            }
            using (answer)
                await JsonExchange.WriteAsync(http.Response, answer.Body, answer.Block, http.RequestAborted);
        }
    }

    private static Result<SecretBuffer> Write<TKey>(Result<TKey> made, Func<TKey, SecretBuffer> write)
        where TKey : IDisposable
    {
        if (!made.IsOk(out var key, out var refusal))
            return refusal;
        using (key)
            return write(key);
    }

    private static Result<WrappedKey> ReadWrapped(ReadOnlySpan<byte> body)
    {
        if (!JsonExchange.Parse(body, SignerJson.Default.UnwrapBody).IsOk(out var wire, out var refusal))
            return refusal;
        if (!Base64UrlStrict.TryDecode(wire.Wrapped, out var wrapped) || wrapped.Length != KeyWrap.WrappedSize)
            return Refusal.InvalidInput("wrapped", "base64url of 48 bytes.");
        if (!Base64UrlStrict.TryDecode(wire.Salt, out var salt) || salt.Length != KeyWrap.SaltSize)
            return Refusal.InvalidInput("salt", "base64url of 32 bytes.");
        if (!Enum.IsDefined((KeyKind)wire.Kind))
            return Refusal.InvalidInput("kind", "A key kind of the envelope.");
        return KeyId.TryParse(wire.KeyId, out var keyId)
            ? new WrappedKey(wrapped, salt, wire.Epoch, (KeyKind)wire.Kind, keyId)
            : Refusal.InvalidInput("key_id", "0x and 16 lower-case hex digits.");
    }
}
