using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Hosting;

/// <summary>
/// OpenAPI 3.1 of a service, made of the routes that it maps: what each asks for (<see cref="RouteGuard"/>), takes and answers
/// (<see cref="RouteContract"/>). The same routes are the same bytes.
/// </summary>
internal static class OpenApiDocument
{
    private const string ProblemSchema = "#/components/schemas/ProblemBody";
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="services">of the service.</param>
    /// <param name="routes">as it maps them.</param>
    public static string Of(IServiceProvider services, IEnumerable<EndpointDataSource> routes) =>
        Of(services.GetRequiredService<ServiceRole>().Name, routes.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>());

    /// <param name="role">as <c>/healthz</c> says it.</param>
    public static string Of(string role, IEnumerable<RouteEndpoint> endpoints)
    {
        var schemas = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var paths = new JsonObject();
        foreach (var endpoint in endpoints.OrderBy(e => e.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single();
            paths[endpoint.RoutePattern.RawText!] = new JsonObject
            {
                [method.ToLowerInvariant()] = Operation(
                    endpoint.RoutePattern.RawText!, endpoint.Metadata.GetRequiredMetadata<RouteGuard>(), endpoint.Metadata.GetRequiredMetadata<RouteContract>(), schemas),
            };
        }
        Add(schemas, ProblemJson.Default.ProblemBody);
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = $"AgentKeys {role}",
                ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3),
                ["description"] = "Formats, the rule that decides and the meaning of every code: SPEC.md of AgentKeys.Protocol. A path has one spelling; bodies are strict JSON: no unknown, duplicate or null members.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = new JsonObject(schemas.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))), ["securitySchemes"] = Schemes() },
        };
        return document.ToJsonString(s_indented) + "\n";
    }

    private static JsonObject Operation(string path, RouteGuard guard, RouteContract contract, SortedDictionary<string, JsonNode> schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = path.TrimStart('/').Replace('/', '-').Replace('.', '-'),
            ["summary"] = contract.Summary,
            ["x-agentkeys-tier"] = guard.Tier?.Name(),
            ["x-agentkeys-brings"] = RouteGuard.NameOf(guard.Auth),
            ["x-agentkeys-rate"] = RouteGuard.NameOf(guard.Rate),
            ["security"] = Security(guard.Auth),
        };
        if (guard.Tier is null)
            operation.Remove("x-agentkeys-tier");
        if (guard.Auth is not (RouteAuth.Anybody or RouteAuth.ThisMachine))
            operation["parameters"] = new JsonArray(new JsonObject
            {
                ["name"] = BlockHeaders.MinBlock,
                ["in"] = "header",
                ["required"] = false,
                ["description"] = "A block that whoever decides must have seen, in decimal; else chain_behind.",
                ["schema"] = new JsonObject { ["type"] = "string", ["pattern"] = "^(0|[1-9][0-9]{0,19})$" },
            });
        if (contract.Body is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["x-agentkeys-max-bytes"] = guard.MaxBodyBytes, ["content"] = Json(Add(schemas, body)) };
        operation["responses"] = Responses(guard, contract, schemas);
        return operation;
    }

    private static JsonObject Responses(RouteGuard guard, RouteContract contract, SortedDictionary<string, JsonNode> schemas)
    {
        var ok = new JsonObject { ["description"] = "Done." };
        if (contract.AllCodes(guard).Contains(RefusalCode.ChainBehind))
            ok["headers"] = new JsonObject { [BlockHeaders.Block] = new JsonObject { ["description"] = "The block that decided.", ["schema"] = new JsonObject { ["type"] = "string" } } };
        ok["content"] = contract.Answer is { } answer ? Json(Add(schemas, answer)) : new JsonObject { ["text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        var responses = new JsonObject { ["200"] = ok };
        foreach (var status in contract.AllCodes(guard).GroupBy(c => c.Status()).OrderBy(g => g.Key))
        {
            var codes = status.Select(c => c.Name()).ToArray();
            responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["description"] = string.Join(", ", codes),
                ["x-agentkeys-codes"] = new JsonArray([.. codes.Select(c => JsonValue.Create(c))]),
                ["content"] = new JsonObject { [ProblemBody.MediaType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = ProblemSchema } } },
            };
        }
        if (contract.AnswersAt503)
            responses["503"] = new JsonObject { ["description"] = "Not now.", ["content"] = ok["content"]!.DeepClone() };
        return responses;
    }

    private static JsonObject Json(string reference) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = reference } } };

    private static string Add(SortedDictionary<string, JsonNode> schemas, System.Text.Json.Serialization.Metadata.JsonTypeInfo type)
    {
        schemas.TryAdd(type.Type.Name, WireSchema.Of(type));
        return "#/components/schemas/" + type.Type.Name;
    }

    /// <summary>Each entry is one way to be let in; its members are needed together.</summary>
    private static JsonArray Security(RouteAuth auth) => auth switch
    {
        RouteAuth.Proof => [All("proof")],
        RouteAuth.Session => [All("session", "proof")],
        RouteAuth.CapAndStorage => [All("cap", "proof", "storageToken"), All("cap", "proof", "awsAccessKeyId", "awsSecretAccessKey", "awsSessionToken")],
        RouteAuth.PeerAndCap => [All("cap", "proof")],
        _ => [],
    };

    private static JsonObject All(params string[] schemes) => new(schemes.Select(s => KeyValuePair.Create(s, (JsonNode?)new JsonArray())));

    private static JsonObject Schemes() => new()
    {
        ["awsAccessKeyId"] = Header("X-Aws-Access-Key-Id", "Of a cloud storage session; the three together."),
        ["awsSecretAccessKey"] = Header("X-Aws-Secret-Access-Key", "Of a cloud storage session."),
        ["awsSessionToken"] = Header("X-Aws-Session-Token", "Of a cloud storage session."),
        ["cap"] = Header("Authorization", "DPoP and a cap of this actor, class, operation and object."),
        ["proof"] = Header("DPoP", "Proof of possession by the device key (RFC 9449, ES256K), over method, URL, token and exact body; once."),
        ["session"] = Header("Authorization", "DPoP and a session."),
        ["storageToken"] = Header("AgentKeys-Storage-Token", "Of the local store, from mint-oidc-jwt."),
    };

    private static JsonObject Header(string name, string text) => new() { ["type"] = "apiKey", ["in"] = "header", ["name"] = name, ["description"] = text };
}
