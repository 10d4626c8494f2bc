using System.Net;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>Which routes there are, and what every one of them refuses whatever it is for.</summary>
public sealed class RouteTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    private static readonly string[] s_expected =
    [
        "GET /.well-known/jwks.json", "GET /.well-known/openid-configuration", "GET /healthz", "GET /metrics", "GET /readyz",
        "POST /v1/auth/wallet/start", "POST /v1/auth/wallet/verify",
        "POST /v1/cap/cred-delete", "POST /v1/cap/cred-fetch", "POST /v1/cap/cred-list", "POST /v1/cap/cred-store", "POST /v1/cap/cred-teardown", "POST /v1/cap/explain",
        "POST /v1/cap/memory-delete", "POST /v1/cap/memory-get", "POST /v1/cap/memory-list", "POST /v1/cap/memory-put", "POST /v1/cap/memory-teardown", "POST /v1/mint-oidc-jwt",
    ];

    public static TheoryData<string> PostRoutes => new(s_expected.Where(r => r.StartsWith("POST ", StringComparison.Ordinal)).Select(r => r[5..]));

    /// <summary>Text that is none, in every member, and headers of every wrong shape: always a refusal with a code.</summary>
    [Theory, MemberData(nameof(PostRoutes))]
    public async Task Whatever_is_sent_the_answer_is_a_refusal(string path)
    {
        foreach (var member in Valid(path).Select(m => m.Key))
        {
            var body = Valid(path);
            body[member] = "HERE";
            foreach (var text in (string[])["\\ud800", "\\udc00\\ud800", "\u0000", "\\u0000", new string('a', 3000)])
                await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.SendAsync(path, body.ToJsonString().Replace("HERE", text, StringComparison.Ordinal)));
        }
        if (path.EndsWith("/start", StringComparison.Ordinal))
            return;
        foreach (var token in (string[])["", ".", "..", "...", "a.b.c", "e30.e30.e30", "e30.e30." + new string('A', 86), new string('.', 4000), new string('A', 4097)])
        {
            var reply = await rig.SendAsync(path, Valid(path).ToJsonString(), token, token);
            Assert.Contains(reply.Code, (string[])["unauthorized", "proof_invalid"]);
        }
    }

    [Fact]
    public void These_are_all_routes()
    {
        var routes = rig.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"));
        Assert.Equal(s_expected, routes.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(PostRoutes))]
    public async Task Refuses_what_is_not_its_body(string path)
    {
        var valid = Valid(path);
        var first = valid.First().Key;
        string[] bad =
        [
            "", " ", "null", "[]", "1", "\"text\"", "{", "{}", "{}x", "{} {}", "//\n{}", "\ufeff{}",
            valid.ToJsonString() + "x",
            valid.ToJsonString()[..^1] + ",}",
            valid.ToJsonString()[..^1] + ",\"unknown\":1}",
            valid.ToJsonString()[..^1] + $",\"{first}\":{valid[first]!.ToJsonString()}}}",
            new string('[', 100),
        ];
        foreach (var body in bad)
            await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.SendAsync(path, body));

        foreach (var member in valid.Select(m => m.Key).ToList())
        {
            foreach (var bend in (Action<JsonObject>[])[m => m.Remove(member), m => m[member] = null, m => m[member] = 1, m => m[member] = "", m => m[member] = "x\"y<\u0001é", m => m[member] = new JsonArray()])
            {
                var body = Valid(path);
                bend(body);
                await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.SendAsync(path, body.ToJsonString()));
                var reply = await rig.SendAsync(path, body.ToJsonString());
                Assert.Equal(member, reply.Field);
                Assert.DoesNotContain("x\\\"y", reply.Text, StringComparison.Ordinal);
            }
            var renamed = Valid(path);
            renamed[member.ToUpperInvariant()] = renamed[member]!.DeepClone();
            renamed.Remove(member);
            await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.SendAsync(path, renamed.ToJsonString()));
        }
    }

    [Theory, MemberData(nameof(PostRoutes))]
    public async Task Refuses_size_before_media_type_before_shape(string path)
    {
        await rig.RefusedAsync(RefusalCode.PayloadTooLarge, () => rig.SendAsync(path, new string(' ', 4097), mediaType: "text/plain"));
        await rig.RefusedAsync(RefusalCode.UnsupportedMediaType, () => rig.SendAsync(path, "no json", mediaType: "text/plain"));
        await rig.RefusedAsync(RefusalCode.UnsupportedMediaType, () => rig.SendAsync(path, Valid(path).ToJsonString(), mediaType: null));
        await rig.RefusedAsync(RefusalCode.UnsupportedMediaType, () => rig.SendAsync(path, Valid(path).ToJsonString(), mediaType: "application/json; charset=utf-16"));
        await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.SendAsync(path, new string(' ', 4096)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("59")]
    [InlineData("901")]
    [InlineData("60.5")]
    [InlineData("\"60\"")]
    [InlineData("null")]
    [InlineData("99999999999")]
    public async Task A_lifetime_out_of_bounds_is_refused(string ttl)
    {
        var body = Valid("/v1/cap/cred-fetch").ToJsonString()[..^1] + $",\"ttl_seconds\":{ttl}}}";
        var reply = await rig.SendAsync("/v1/cap/cred-fetch", body);
        Assert.Equal(("invalid_input", "ttl_seconds"), (reply.Code, reply.Field));
    }

    [Theory, MemberData(nameof(PostRoutes))]
    public async Task Refuses_other_methods(string path)
    {
        using var response = await rig.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((405, "method_not_allowed"), ((int)response.StatusCode, (await Reply.ReadAsync(response)).Code));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/cap/cred-read")]
    [InlineData("/v1/cap/CRED-FETCH/x")]
    [InlineData("/v1/admin")]
    public async Task Unknown_routes_are_not_found(string path) => await rig.RefusedAsync(RefusalCode.NotFound, () => rig.SendAsync(path, "{}"));

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("01")]
    [InlineData("18446744073709551616")]
    public async Task Refuses_a_minimum_block_that_is_no_number(string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/cap/cred-fetch") { Content = new StringContent(Valid("/v1/cap/cred-fetch").ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("AgentKeys-Min-Block", value);
        using var response = await rig.Http.SendAsync(request);
        Assert.Equal("invalid_input", (await Reply.ReadAsync(response)).Code);
    }

    [Fact]
    public async Task Keys_are_published_for_storage_tokens_only_and_discovery_names_them()
    {
        var discovery = JsonNode.Parse(await rig.Http.GetStringAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative)))!;
        Assert.Equal((BrokerRig.PublicUrl, BrokerRig.PublicUrl + "/.well-known/jwks.json"), (discovery["issuer"]!.ToString(), discovery["jwks_uri"]!.ToString()));
        Assert.Equal("ES256", Assert.Single(discovery["id_token_signing_alg_values_supported"]!.AsArray())!.ToString());

        var key = Assert.Single(JsonNode.Parse(await rig.Http.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)))!["keys"]!.AsArray())!;
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.AsObject().Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.Equal((rig.Settings["AgentKeys:Trust:StorageKeys:0:X"], "ES256", "sig"), (key["x"]!.ToString(), key["alg"]!.ToString(), key["use"]!.ToString()));
    }

    [Fact]
    public async Task Health_and_readiness_answer()
    {
        Assert.Contains("broker", await rig.Http.GetStringAsync(new Uri("/healthz", UriKind.Relative)), StringComparison.Ordinal);
        using (var ready = await rig.Http.GetAsync(new Uri("/readyz", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            var checks = new ReadyChecks(await ready.Content.ReadAsStringAsync());
            Assert.Equal(["audit", "chain", "keys"], checks.Names);
            Assert.All(["head", "headAgeSeconds", "client", "p256", "endpoints"], detail => Assert.NotNull(checks["chain", detail]));
            Assert.NotNull(checks["audit", "records"]);
            Assert.All(["session", "oidc"], key => Assert.Equal(43, checks["keys", key]!.Length)); // RFC 7638 thumbprints
        }
        rig.Registry.Fault = new IOException("upstream words");
        try
        {
            using var unready = await rig.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            var text = await unready.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
            Assert.Contains("chain_unavailable", text, StringComparison.Ordinal);
            Assert.DoesNotContain("upstream", text, StringComparison.Ordinal);
        }
        finally
        {
            rig.Registry.Fault = null;
        }
    }

    [Fact]
    public async Task Metrics_count_what_was_minted_and_refused()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        Assert.Equal(200, (await rig.CallAsync("/v1/cap/cred-fetch", o.CapBody(), session, o.Agent)).Status);
        rig.Registry.Revoke(o.Agent);
        await rig.CallAsync("/v1/cap/cred-fetch", o.CapBody(), session, o.Agent);
        var metrics = Exposition.Parse(await rig.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Equal(1, metrics["agentkeys_caps_minted_total", ("data_class", "credentials"), ("op", "fetch")]);
        Assert.Equal(1, metrics["agentkeys_caps_refused_total", ("code", "device_revoked"), ("data_class", "credentials"), ("op", "fetch")]);
        Assert.Equal(1, metrics["agentkeys_requests_total", ("code", "device_revoked"), ("route", "/v1/cap/cred-fetch")]);
    }

    /// <summary>A body of the right shape; who sends it is not known.</summary>
    private static JsonObject Valid(string path)
    {
        var hash = "0x" + new string('a', 64);
        return path switch
        {
            "/v1/auth/wallet/start" => new() { ["address"] = "0x" + new string('a', 40), ["device_key_hash"] = hash },
            "/v1/auth/wallet/verify" => new() { ["request_id"] = new string('A', 22), ["signature"] = "0x" + new string('a', 130) },
            "/v1/mint-oidc-jwt" => new() { ["actor_omni"] = hash, ["data_class"] = "credentials" },
            _ => Named(path, new() { ["operator_omni"] = hash, ["actor_omni"] = hash, ["device_key_hash"] = hash }),
        };
    }

    /// <summary>A cap route's body has a service where the op names one, and a key in memory; explain says op and class itself.</summary>
    private static JsonObject Named(string path, JsonObject body)
    {
        if (path == CapRoutes.Explain)
            (body["op"], body["data_class"]) = ("fetch", "memory");
        if (!path.EndsWith("-list", StringComparison.Ordinal) && !path.EndsWith("-teardown", StringComparison.Ordinal))
            body["service"] = "openai";
        if (body.ContainsKey("service") && (path == CapRoutes.Explain || path.Contains("/memory-", StringComparison.Ordinal)))
            body["key"] = "today";
        return body;
    }
}
