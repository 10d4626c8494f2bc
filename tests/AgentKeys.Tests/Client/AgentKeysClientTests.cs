using System.Globalization;
using System.Net;
using System.Text;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Client;

public sealed class AgentKeysClientTests : IDisposable
{
    private const string CapFetch = "/v1/cap/cred-fetch";
    private const string CapStore = "/v1/cap/cred-store";
    private const string Storage = "/v1/mint-oidc-jwt";
    private const string Verify = "/v1/auth/wallet/verify";
    private const string Store = "/vault/v1/cred/store";
    private const string Fetch = "/vault/v1/cred/fetch";

    private readonly FakeServices _services = new();
    private readonly Secp256k1Key _device = Secp256k1Key.Generate();
    private readonly HttpClient _http;
    private readonly AgentKeysClient _client;

    public AgentKeysClientTests()
    {
        _http = new HttpClient(_services);
        _client = new AgentKeysClient(_services.Network, _device, _http);
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
        _device.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Fetching_logs_in_mints_and_fetches_each_with_its_own_proof()
    {
        using var fetched = await _client.Credentials.FetchAsync("OPENAI_API_KEY", CancellationToken.None);

        Assert.Equal("OPENAI_API_KEY", fetched.Name);
        Assert.Equal("sk>f?", Encoding.UTF8.GetString(fetched.Value.Span));
        Assert.Equal((3UL, 12UL), (fetched.Version, fetched.Block));
        Assert.Equal(["/v1/auth/wallet/start", Verify, CapFetch, Storage, Fetch], _services.Arrivals.Select(a => a.Route));
        Assert.Equal([null, null, "session-1", "session-1", "cap-1"], _services.Arrivals.Select(a => a.Token));
        Assert.Equal([false, true, true, true, true], _services.Arrivals.Select(a => a.Proof is not null));
        Assert.All(_services.Arrivals.Skip(1), a => Assert.Equal(_client.Device, a.Proof!.Device));
        Assert.Equal("storage-1", _services.Arrivals[^1].StorageToken);
        Assert.Equal("openai_api_key", _services.At(CapFetch).Single().Body["service"]!.GetValue<string>());
        ExpectUniqueProofs();
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again_with_a_new_proof()
    {
        _services.Break(CapFetch, 2);
        _services.Break(Storage, 1);
        _services.Break(Fetch, 2);
        using var fetched = await _client.Credentials.FetchAsync("A", CancellationToken.None);
        Assert.Equal((3, 2, 3), (_services.At(CapFetch).Count(), _services.At(Storage).Count(), _services.At(Fetch).Count()));
        ExpectUniqueProofs();
    }

    [Fact]
    public async Task Not_for_ever()
    {
        _services.Break(Fetch, 100);
        var gone = await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.FetchAsync("A", CancellationToken.None));
        Assert.Equal(AgentKeysException.Unreachable, gone.Code);
        Assert.Equal(3, _services.At(Fetch).Count());
    }

    [Theory]
    [InlineData(Store)]
    [InlineData(Verify)]
    public async Task What_may_have_happened_is_not_sent_twice(string route)
    {
        _services.Break(route, 1);
        var gone = await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.StoreAsync("A", new byte[] { 1 }));
        Assert.Equal(AgentKeysException.Unreachable, gone.Code);
        Assert.Single(_services.At(route));
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_is_not_asked_for_twice()
    {
        _services.Answer(
            CapFetch, HttpStatusCode.Forbidden,
            """{"title":"Forbidden","status":403,"code":"service_not_in_scope","detail":"Not granted.","block":42,"traceId":"t-1","field":"service","remediation":"Ask."}""");
        var refused = await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.FetchAsync("A", CancellationToken.None));
        Assert.Equal(("service_not_in_scope", RefusalCode.ServiceNotInScope, "Not granted.", 403), (refused.Code, refused.Refusal, refused.Detail, refused.Status));
        Assert.Equal((42UL, "t-1", "service", "Ask."), (refused.Block, refused.TraceId, refused.Field, refused.Remediation));
        Assert.Single(_services.At(CapFetch));
    }

    [Fact]
    public async Task The_block_may_come_in_the_header_and_the_pause_in_Retry_After()
    {
        _services.Answer(CapFetch, HttpStatusCode.TooManyRequests, """{"code":"rate_limited","title":"Slow down"}""", answer =>
        {
            answer.Headers.Add("AgentKeys-Block", 9.ToString(CultureInfo.InvariantCulture));
            answer.Headers.Add("Retry-After", "5");
        });
        var refused = await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.FetchAsync("A", CancellationToken.None));
        Assert.Equal((9UL, TimeSpan.FromSeconds(5), "Slow down"), (refused.Block, refused.RetryAfter, refused.Detail));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway, "<html>upstream</html>")]
    [InlineData(HttpStatusCode.OK, "<html>portal</html>")]
    [InlineData(HttpStatusCode.OK, "{\"cap\":null,\"expires_at\":1,\"block\":1}")]
    [InlineData(HttpStatusCode.OK, "{\"cap\":\"c\"}")]
    public async Task What_is_no_answer_of_the_protocol_says_so_and_is_not_quoted(HttpStatusCode status, string body)
    {
        _services.Answer(CapFetch, status, body);
        var bad = await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.FetchAsync("A", CancellationToken.None));
        Assert.Equal(AgentKeysException.BadAnswer, bad.Code);
        Assert.DoesNotContain("html", bad.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_was_kept_and_is_no_longer_known_is_replaced_once()
    {
        _client.Session = await NewSessionAsync();
        _services.Arrivals.Clear();
        _services.Answer(CapFetch, HttpStatusCode.Unauthorized, """{"code":"unauthorized","detail":"Not a session here."}""");
        using var fetched = await _client.Credentials.FetchAsync("A", CancellationToken.None);
        Assert.Equal([CapFetch, "/v1/auth/wallet/start", Verify, CapFetch, Storage, Fetch], _services.Arrivals.Select(a => a.Route));
    }

    [Fact]
    public async Task A_new_session_that_is_refused_is_not_replaced()
    {
        _services.Answer(CapFetch, HttpStatusCode.Unauthorized, """{"code":"unauthorized","detail":"No."}""");
        await Assert.ThrowsAsync<AgentKeysException>(() => _client.Credentials.FetchAsync("A", CancellationToken.None));
        Assert.Single(_services.At(Verify));
    }

    [Fact]
    public async Task A_session_about_to_end_is_replaced_before_it_is_used()
    {
        _services.SessionEnds = DateTimeOffset.UtcNow.AddSeconds(20);
        await _client.EnsureSessionAsync(CancellationToken.None);
        await _client.EnsureSessionAsync(CancellationToken.None);
        Assert.Equal(2, _services.At(Verify).Count());
    }

    [Fact]
    public async Task Storing_sends_the_name_as_typed_and_the_bytes_and_keeps_the_storage_session()
    {
        var version = await _client.Credentials.StoreAsync("OpenAI_Key", "a>b?"u8.ToArray(), Omni.Parse(FakeServices.Id('c')), ifVersion: 2);
        await _client.Credentials.StoreAsync("B", new byte[] { 1 }, Omni.Parse(FakeServices.Id('c')));
        Assert.Equal(3UL, version);
        var body = _services.At(Store).First().Body;
        Assert.Equal(("OpenAI_Key", "YT5iPw==", 2UL), (body["name"]!.GetValue<string>(), body["plaintext_b64"]!.GetValue<string>(), body["if_version"]!.GetValue<ulong>()));
        Assert.False(_services.At(Store).Last().Body.ContainsKey("if_version"));
        Assert.Equal(FakeServices.Id('c'), _services.At(CapStore).First().Body["actor_omni"]!.GetValue<string>());
        Assert.Single(_services.At(Storage));
        ExpectUniqueProofs();
    }

    [Theory]
    [InlineData("broker.test wants", "evil.test wants")]
    [InlineData("urn:agentkeys:device:0x", "urn:agentkeys:device:0x0")]
    [InlineData("Version: 1", "Version: 2")]
    public async Task A_key_signs_nothing_but_a_login_here(string from, string to)
    {
        _services.BendMessage = message => message.Replace(from, to, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<AgentKeysException>(() => _client.LoginAsync(null, CancellationToken.None));
        Assert.Equal(AgentKeysException.BadAnswer, refused.Code);
        Assert.Empty(_services.At(Verify));
    }

    [Fact]
    public async Task The_wallet_signs_in_and_the_device_proves()
    {
        using var wallet = Secp256k1Key.Generate();
        await _client.LoginAsync(wallet, CancellationToken.None);
        Assert.Equal(wallet.Address.ToString(), _services.Arrivals[0].Body["address"]!.GetValue<string>());
        Assert.Equal(_client.Device, _services.At(Verify).Single().Proof!.Device);
        var signature = Secp256k1Signature.Parse(Hex.Decode(_services.At(Verify).Single().Body["signature"]!.GetValue<string>()));
        Assert.True(signature.IsLowS);
    }

    [Fact]
    public async Task Names_that_are_none_never_leave_the_machine()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Credentials.FetchAsync("../etc/passwd", CancellationToken.None));
        Assert.Empty(_services.Arrivals);
    }

    private async Task<AgentKeys.Client.Session> NewSessionAsync() => await _client.LoginAsync(null, CancellationToken.None);

    private void ExpectUniqueProofs()
    {
        var ids = _services.Arrivals.Where(a => a.Proof is not null).Select(a => a.Proof!.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
