using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Cli;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using AgentKeys.Tests.WebAuthn;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>A good ceremony, then the same with one thing changed.</summary>
public sealed class CeremonyServerTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly SoftwareAuthenticator _passkey = SoftwareAuthenticator.New("localhost");
    private readonly Bytes32 _challenge = new(RandomNumberGenerator.GetBytes(32));
    private readonly TaskCompletionSource<Uri> _shown = new();
    private CeremonyServer _server = null!;

    public async Task InitializeAsync() => _server = await CeremonyServer.StartAsync(TimeProvider.System, CeremonyVerifier.BuiltIn, CancellationToken.None);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _passkey.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_good_assertion_counts_once()
    {
        var (ceremony, run, page) = await StartGetAsync();
        var options = JsonNode.Parse(await _http.GetStringAsync(page.AbsoluteUri + "/options"))!;
        Assert.Equal("get", options["ceremony"]!.GetValue<string>());
        Assert.Equal("localhost", options["publicKey"]!["rpId"]!.GetValue<string>());
        Assert.Equal(Base64UrlStrict.Encode(_challenge.ToArray()), options["publicKey"]!["challenge"]!.GetValue<string>());
        Assert.Equal(_challenge.ToString(), options["summary"]!["challenge"]!.GetValue<string>());

        var answer = Assertion(_passkey.Get(_challenge, _server.Origin));
        Assert.Equal((HttpStatusCode.OK, "done"), await PostAsync(page, answer, "status"));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyDone"), await PostAsync(page, answer));
        await run;
        Assert.NotNull(ceremony.Assertion);
    }

    [Fact]
    public async Task Create_leads_to_get_in_the_same_window()
    {
        GetCeremony? get = null;
        var create = new CreateCeremony("me", Summary, created => get = new GetCeremony(_challenge, Summary, created.CredentialId, created.ToPasskey("localhost", null)));
        var run = _server.RunAsync(create, url => _shown.TrySetResult(url), CancellationToken.None);
        var page = await _shown.Task;
        var options = JsonNode.Parse(await _http.GetStringAsync(page.AbsoluteUri + "/options"))!["publicKey"]!;
        Assert.True(Base64UrlStrict.TryDecode32(options["challenge"]!.GetValue<string>(), out var random));
        Assert.Equal("required", options["authenticatorSelection"]!["userVerification"]!.GetValue<string>());
        Assert.Equal("none", options["attestation"]!.GetValue<string>());
        Assert.Equal(-7, Assert.Single(options["pubKeyCredParams"]!.AsArray())!["alg"]!.GetValue<int>());

        var created = _passkey.Create(random, _server.Origin);
        var answer = Creation(created);
        var (status, next) = await PostAsync(page, answer, "next");
        Assert.Equal(HttpStatusCode.OK, status);

        var second = new Uri(page, next);
        await _http.GetStringAsync(second.AbsoluteUri + "/options");
        Assert.Equal((HttpStatusCode.OK, "done"), await PostAsync(second, Assertion(_passkey.Get(_challenge, _server.Origin)), "status"));
        await run;
        Assert.NotNull(get!.Assertion);
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyDone"), await PostAsync(page, answer));
    }

    public static TheoryData<string, AssertionOptions> Bends { get; } = new()
    {
        { "ChallengeMismatch", new AssertionOptions { Challenge = new byte[32] } },
        { "OriginMismatch", new AssertionOptions { Origin = "http://localhost:1" } },
        { "RpIdMismatch", new AssertionOptions { RpId = "example.org" } },
        { "UserNotVerified", new AssertionOptions { Flags = AuthenticatorFlags.UserPresent } },
        { "TypeMismatch", new AssertionOptions { Type = "webauthn.create" } },
        { "SignatureInvalid", new AssertionOptions { BendSignature = der => [.. der[..^1], (byte)(der[^1] ^ 1)] } },
    };

    [Theory]
    [MemberData(nameof(Bends))]
    public async Task A_bent_assertion_is_refused_and_may_be_given_again(string fault, AssertionOptions options)
    {
        var (ceremony, run, page) = await StartGetAsync();
        Assert.Equal((HttpStatusCode.BadRequest, fault), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin, options))));
        Assert.Null(ceremony.Assertion);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin)))).Status);
        await run;
    }

    [Fact]
    public async Task Another_passkey_is_refused()
    {
        var (_, _, page) = await StartGetAsync();
        using var other = SoftwareAuthenticator.New("localhost");
        Assert.Equal((HttpStatusCode.BadRequest, "CredentialIdMismatch"), await PostAsync(page, Assertion(other.Get(_challenge, _server.Origin))));
    }

    [Fact]
    public async Task The_chosen_verifier_judges_assertions_too()
    {
        var other = new SecondOpinion { Assertion = AssertionFault.SignatureInvalid };
        await RestartAsync(CeremonyVerifier.Choose("other", [other]));
        var (ceremony, run, page) = await StartGetAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "CrossOrigin"), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin, new() { CrossOrigin = "true" }))));
        Assert.Equal(0, other.Asked);
        Assert.Equal((HttpStatusCode.BadRequest, "SignatureInvalid"), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin))));
        Assert.Null(ceremony.Assertion);
        other.Assertion = AssertionFault.None;
        Assert.Equal((HttpStatusCode.OK, "done"), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin)), "status"));
        await run;
        Assert.Equal(2, other.Asked);
    }

    [Fact]
    public async Task A_credential_id_beside_the_signed_one_is_refused()
    {
        var (page, random) = await StartCreateAsync();
        var created = _passkey.Create(random, _server.Origin);
        Assert.Equal((HttpStatusCode.BadRequest, "CredentialIdMismatch"), await PostAsync(page, Creation(created with { CredentialId = [.. created.CredentialId, 0] })));
    }

    /// <summary>A statement that does not hold, which the built-in verifier does not read.</summary>
    [Fact]
    public async Task The_built_in_verifier_does_not_read_attestation_statements() =>
        Assert.Equal((HttpStatusCode.OK, ""), await EnrolSelfAttestedAsync(bend: true));

#if FIDO2
    [Theory]
    [InlineData(false, HttpStatusCode.OK, "")]
    [InlineData(true, HttpStatusCode.BadRequest, "AttestationInvalid")]
    public async Task Fido2_chosen_reads_attestation_statements(bool bend, HttpStatusCode status, string fault)
    {
        await RestartAsync(CeremonyVerifier.Choose("fido2", CeremonyVerifier.Compiled));
        Assert.Equal((status, fault), await EnrolSelfAttestedAsync(bend));
    }

    [Fact]
    public async Task Fido2_chosen_takes_a_good_assertion_and_no_other()
    {
        await RestartAsync(CeremonyVerifier.Choose("fido2", CeremonyVerifier.Compiled));
        var (_, run, page) = await StartGetAsync();
        foreach (var row in Bends)
            Assert.Equal((HttpStatusCode.BadRequest, (string)row[0]), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin, (AssertionOptions)row[1]))));
        Assert.Equal((HttpStatusCode.OK, "done"), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin)), "status"));
        await run;
    }
#endif

    [Theory]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden, "WrongOrigin")]
    [InlineData("null", HttpStatusCode.Forbidden, "WrongOrigin")]
    [InlineData(null, HttpStatusCode.Forbidden, "WrongOrigin")]
    public async Task A_result_from_another_page_is_refused(string? origin, HttpStatusCode status, string fault)
    {
        var (_, _, page) = await StartGetAsync();
        Assert.Equal((status, fault), await PostAsync(page, Assertion(_passkey.Get(_challenge, _server.Origin)), "error", origin, sendOrigin: origin is not null));
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        var (_, _, page) = await StartGetAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, page.AbsoluteUri + "/options");
        request.Headers.Host = $"evil.example:{page.Port}";
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"x\"}")]
    public async Task Bytes_that_are_no_result_are_refused(string body)
    {
        var (_, _, page) = await StartGetAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal((HttpStatusCode.BadRequest, "Malformed"), await SendAsync(page, content, "error", _server.Origin));
    }

    [Fact]
    public async Task Other_paths_know_nothing_and_the_page_loads_nothing_from_elsewhere()
    {
        var (_, _, page) = await StartGetAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri(page, "/"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri(page.AbsoluteUri[..^1] + "/options"))).StatusCode);

        using var answer = await _http.GetAsync(page);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("https://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var file in (string[])["/page.js", "/page.css"])
        {
            Assert.Contains(page.AbsolutePath + file, html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(page.AbsoluteUri + file)).StatusCode);
        }
    }

    [Fact]
    public async Task Nobody_waits_for_ever()
    {
        var time = new ImpatientTime();
        await using var server = await CeremonyServer.StartAsync(time, CeremonyVerifier.BuiltIn, CancellationToken.None);
        var gone = await Assert.ThrowsAsync<CliException>(() => server.RunAsync(Get(), _ => { }, CancellationToken.None));
        Assert.Equal(ExitCode.Failure, gone.ExitCode);
        Assert.Contains("300 seconds", gone.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(300), time.Longest);
    }

    private static CeremonySummary Summary => new("A title", [("Label", "value")]);

    private async Task RestartAsync(IPasskeyVerifier verifier)
    {
        await _server.DisposeAsync();
        _server = await CeremonyServer.StartAsync(TimeProvider.System, verifier, CancellationToken.None);
    }

    private async Task<(Uri Page, Bytes32 Challenge)> StartCreateAsync()
    {
        _ = _server.RunAsync(new CreateCeremony("me", Summary, _ => Get()), url => _shown.TrySetResult(url), CancellationToken.None);
        var page = await _shown.Task;
        var options = JsonNode.Parse(await _http.GetStringAsync(page.AbsoluteUri + "/options"))!["publicKey"]!;
        Assert.True(Base64UrlStrict.TryDecode32(options["challenge"]!.GetValue<string>(), out var challenge));
        return (page, challenge);
    }

    /// <param name="bend">one bit of the statement's signature.</param>
    private async Task<(HttpStatusCode Status, string Fault)> EnrolSelfAttestedAsync(bool bend)
    {
        var (page, challenge) = await StartCreateAsync();
        return await PostAsync(page, Creation(SelfAttestation.Of(_passkey, challenge, _server.Origin, bend)));
    }

    private GetCeremony Get() => new(_challenge, Summary, _passkey.CredentialId, _passkey.ToPasskey(null));

    private async Task<(GetCeremony Ceremony, Task Run, Uri Page)> StartGetAsync()
    {
        var ceremony = Get();
        var run = _server.RunAsync(ceremony, url => _shown.TrySetResult(url), CancellationToken.None);
        return (ceremony, run, await _shown.Task);
    }

    private Task<(HttpStatusCode Status, string Said)> PostAsync(Uri page, JsonObject answer, string member = "error", string? origin = null, bool sendOrigin = true)
    {
        var content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/json");
        return SendAsync(page, content, member, sendOrigin ? origin ?? _server.Origin : null);
    }

    private async Task<(HttpStatusCode Status, string Said)> SendAsync(Uri page, HttpContent content, string member, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, page.AbsoluteUri + "/result") { Content = content };
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())![member]?.GetValue<string>() ?? "");
    }

    private static JsonObject Assertion(AssertedCredential got) => Credential(got.CredentialId, new JsonObject
    {
        ["clientDataJSON"] = Text(got.ClientDataJson),
        ["authenticatorData"] = Text(got.AuthenticatorData),
        ["signature"] = Text(got.Signature),
    });

    private static JsonObject Creation(CreatedCredential created) =>
        Credential(created.CredentialId, new JsonObject { ["clientDataJSON"] = Text(created.ClientDataJson), ["attestationObject"] = Text(created.AttestationObject) });

    private static JsonObject Credential(byte[] id, JsonObject response) => new()
    {
        ["id"] = Text(id),
        ["rawId"] = Text(id),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    private static string Text(byte[] bytes) => Base64UrlStrict.Encode(bytes);

    /// <summary>Every timer fires at once; the longest that was asked for is kept.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public TimeSpan Longest { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > Longest)
                Longest = dueTime;
            return System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.FromMilliseconds(1), period);
        }
    }
}
