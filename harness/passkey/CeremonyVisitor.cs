using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.SoftwarePasskey;

/// <summary>Does over HTTP what the ceremony page's script does: get the options, ask the authenticator, post the answer, follow to the next.</summary>
internal sealed class CeremonyVisitor(HttpClient http, string keyFile)
{
    public async Task<int> AnswerAsync(Uri page)
    {
        for (Uri? next = page; next is not null;)
        {
            var options = JsonNode.Parse(await http.GetStringAsync(new Uri(next.AbsoluteUri + "/options")))!;
            using var answer = await PostAsync(next, Answer(options, next.GetLeftPart(UriPartial.Authority)));
            var body = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
            {
                Console.Error.WriteLine($"passkey: error: the ceremony answered {(int)answer.StatusCode}: {body}");
                return 1;
            }
            var path = JsonNode.Parse(body)!["next"]?.GetValue<string>();
            next = path is null ? null : new Uri(next, path);
        }
        return 0;
    }

    private async Task<HttpResponseMessage> PostAsync(Uri ceremony, JsonObject answer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ceremony.AbsoluteUri + "/result")
        {
            Content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Origin", ceremony.GetLeftPart(UriPartial.Authority));
        return await http.SendAsync(request);
    }

    private JsonObject Answer(JsonNode options, string origin)
    {
        var publicKey = options["publicKey"]!;
        var challenge = Base64UrlStrict.TryDecode32(publicKey["challenge"]!.GetValue<string>(), out var bytes)
            ? bytes
            : throw new JsonException("The challenge is not 32 bytes.");
        return options["ceremony"]!.GetValue<string>() switch
        {
            "create" => Create(publicKey["rp"]!["id"]!.GetValue<string>(), challenge, origin),
            "get" => Get(publicKey, challenge, origin),
            var other => throw new JsonException($"There is no ceremony {other}."),
        };
    }

    /// <summary>One key per file: enrolling again makes a new one, as a person would get a new passkey.</summary>
    private JsonObject Create(string rpId, Bytes32 challenge, string origin)
    {
        using var authenticator = SoftwareAuthenticator.New(rpId);
        var created = authenticator.Create(challenge, origin);
        AuthenticatorFile.Save(authenticator, keyFile);
        return Credential(created.CredentialId, created.ClientDataJson, new JsonObject { ["attestationObject"] = Text(created.AttestationObject) });
    }

    private JsonObject Get(JsonNode publicKey, Bytes32 challenge, string origin)
    {
        using var authenticator = AuthenticatorFile.Load(keyFile);
        var allowed = publicKey["allowCredentials"]!.AsArray().Select(c => c!["id"]!.GetValue<string>());
        if (!allowed.Contains(Text(authenticator.CredentialId)))
            throw new InvalidOperationException("The page asks for a passkey that is not in the key file.");
        var asserted = authenticator.Get(challenge, origin);
        AuthenticatorFile.Save(authenticator, keyFile);
        return Credential(asserted.CredentialId, asserted.ClientDataJson, new JsonObject
        {
            ["authenticatorData"] = Text(asserted.AuthenticatorData),
            ["signature"] = Text(asserted.Signature),
        });
    }

    private static JsonObject Credential(byte[] id, byte[] clientDataJson, JsonObject response)
    {
        response["clientDataJSON"] = Text(clientDataJson);
        return new JsonObject
        {
            ["id"] = Text(id),
            ["rawId"] = Text(id),
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        };
    }

    private static string Text(byte[] bytes) => Base64UrlStrict.Encode(bytes);
}
