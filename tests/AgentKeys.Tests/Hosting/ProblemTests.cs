using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class ProblemTests : IAsyncLifetime
{
    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    private static async Task<ProblemBody> Read(HttpResponseMessage response)
    {
        Assert.Equal(ProblemBody.MediaType, response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        var problem = JsonSerializer.Deserialize(text, ProblemJson.Default.ProblemBody)!;
        Assert.Equal((int)response.StatusCode, problem.Status);
        Assert.NotEmpty(problem.TraceId);
        Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        return problem;
    }

    private async Task<ProblemBody> Post(string body, string mediaType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await Read(await _service.Client.PostAsync("/echo", content));
    }

    public static TheoryData<RefusalCode> Codes => [.. RefusalCodes.All];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_refusal_has_its_status_and_body(RefusalCode code)
    {
        var response = await _service.Client.GetAsync($"/refuse/{code.Name()}");
        var problem = await Read(response);
        Assert.Equal(code.Status(), (int)response.StatusCode);
        Assert.Equal(code.Name(), problem.Code);
        Assert.Equal("human_anchored", problem.RequiredTier);
        Assert.Equal(12ul, problem.Block);
        Assert.Equal("12", response.Headers.GetValues(BlockHeaders.Block).Single());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        var retry = response.Headers.RetryAfter?.Delta?.TotalSeconds;
        Assert.Equal(code switch { RefusalCode.QuotaExceeded => 17, RefusalCode.RateLimited => 1, _ => null }, retry);
    }

    [Fact]
    public async Task A_quota_that_time_does_not_free_names_no_time()
    {
        var response = await _service.Client.GetAsync("/full");
        Assert.Equal("quota_exceeded", (await Read(response)).Code);
        Assert.Null(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("""{"name":"a","inner":{"count":"x"}}""", "inner.count")]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":"a","nam":"b"}""", "nam")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"Name":"a"}""", "Name")]
    [InlineData("""{"inner":{"count":"1"}}""", "inner.count")]
    [InlineData("""{"inner":{}}""", "inner")]
    [InlineData("""{"name":"a"} x""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("""{""", "body")]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    public async Task A_bad_body_names_its_field(string body, string field)
    {
        var problem = await Post(body);
        Assert.Equal(("invalid_input", 400, field), (problem.Code, problem.Status, problem.Field));
    }

    [Fact]
    public async Task A_hostile_member_name_comes_back_harmless_and_short()
    {
        var problem = await Post("{\"<script>\\r\\n\\\"" + new string('x', 5000) + "\":1}");
        Assert.Equal("invalid_input", problem.Code);
        Assert.InRange(problem.Field!.Length, 1, 128);
        Assert.DoesNotContain('<', problem.Field);
        Assert.DoesNotContain('\n', problem.Field);
    }

    [Fact]
    public async Task What_the_framework_refuses_has_a_code_too()
    {
        Assert.Equal("not_found", (await Read(await _service.Client.GetAsync("/nowhere"))).Code);
        Assert.Equal("method_not_allowed", (await Read(await _service.Client.GetAsync("/echo"))).Code);
        Assert.Equal("unsupported_media_type", (await Post("{}", "text/plain")).Code);
        Assert.Equal("payload_too_large", (await Post("{\"name\":\"" + new string('x', 70_000) + "\"}")).Code);
    }

    [Fact]
    public async Task An_unexpected_exception_says_nothing()
    {
        var response = await _service.Client.GetAsync("/throw");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("internal_error", (await Read(response)).Code);
    }

    [Fact]
    public async Task No_server_header() =>
        Assert.Empty((await _service.Client.GetAsync("/healthz")).Headers.Server);

    [Theory]
    [InlineData("0", true)]
    [InlineData("18446744073709551615", true)]
    [InlineData("18446744073709551616", false)]
    [InlineData("01", false)]
    [InlineData("+1", false)]
    [InlineData("-1", false)]
    [InlineData("0x1", false)]
    [InlineData("1.0", false)]
    [InlineData("1,2", false)]
    [InlineData("", false)]
    public async Task A_minimum_block_is_one_plain_number(string value, bool ok)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/min-block");
        request.Headers.TryAddWithoutValidation(BlockHeaders.MinBlock, value);
        var response = await _service.Client.SendAsync(request);
        if (ok)
            Assert.Equal(value, await response.Content.ReadAsStringAsync());
        else
            Assert.Equal(("invalid_input", BlockHeaders.MinBlock), ((await Read(response)) is var p ? (p.Code, p.Field) : default));
    }

    [Fact]
    public async Task No_minimum_block_is_none() => Assert.Equal("", await _service.Client.GetStringAsync("/min-block"));
}
