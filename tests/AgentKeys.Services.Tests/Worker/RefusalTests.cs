using System.Text;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Each refusal by changing exactly one thing of a request that is otherwise allowed; and which of two comes first.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly VaultStack _stack = new();

    public static TheoryData<string> Names => [.. Bend.All.Select(b => b.Name)];

    public Task InitializeAsync() => _stack.InitializeAsync();

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task One_thing_wrong_gives_its_code_and_changes_nothing(string name)
    {
        var bend = Bend.Named(name);
        Assert.Equal("ok", (await _stack.StoreAsync([1])).Code);
        var (store, worker, signer) = (_stack.StoreDigest(), _stack.WorkerRecords, _stack.SignerRecords);

        var call = _stack.StoreCall([2]);
        bend.Apply(_stack, call);
        var answer = await _stack.SendAsync(call);

        Assert.Equal(bend.Code, answer.Code);
        Assert.Equal("no-store", answer.CacheControl);
        Assert.Equal((store, worker, signer), (_stack.StoreDigest(), _stack.WorkerRecords, _stack.SignerRecords));
    }

    /// <summary>Every pair of checks: with both wrong, the earlier one's code is shown. One test, since it takes a second and 900 pairs.</summary>
    [Fact]
    public async Task Of_two_things_wrong_the_earlier_check_answers()
    {
        var wrong = new StringBuilder();
        foreach (var (i, first) in Bend.All.Index())
        {
            foreach (var second in Bend.All.Skip(i + 1).Where(b => b.Code != first.Code))
            {
                _stack.ResetChain();
                var call = _stack.StoreCall([2]);
                second.Apply(_stack, call);
                first.Apply(_stack, call);
                var answer = await _stack.SendAsync(call);
                if (answer.Code != first.Code)
                    wrong.AppendLine($"{first} + {second}: {answer.Code} instead of {first.Code}");
            }
        }
        Assert.Equal("", wrong.ToString());
        Assert.Equal("", _stack.StoreDigest());
    }

    [Theory]
    [InlineData("""{"plaintext_b64":"AA=="}""", "name")]
    [InlineData("""{"name":null,"plaintext_b64":"AA=="}""", "name")]
    [InlineData("""{"name":"STRIPE","plaintext_b64":"AA=="}""", "name")]
    [InlineData("""{"name":"OPENAI API KEY","plaintext_b64":"AA=="}""", "name")]
    [InlineData("""{"name":7,"plaintext_b64":"AA=="}""", "name")]
    [InlineData("""{"name":"OPENAI_API_KEY"}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA"}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"A A="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AB=="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AAB="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AAAAAAB="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"A==="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"=AAA"}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"__8="}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":["AA=="]}""", "plaintext_b64")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==","if_version":null}""", "if_version")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==","if_version":-1}""", "if_version")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==","if_version":1.5}""", "if_version")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==","if_version":"1"}""", "if_version")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==","evil<script>":1}""", "body")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA=="} {}""", "body")]
    [InlineData("""{"name":"OPENAI_API_KEY","plaintext_b64":"AA==",}""", "body")]
    [InlineData("""["OPENAI_API_KEY"]""", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    public async Task A_body_of_another_shape_names_the_member(string body, string field)
    {
        var call = _stack.StoreCall([]);
        call.Body = Encoding.UTF8.GetBytes(body);
        var answer = await _stack.SendAsync(call);
        Assert.Equal(("invalid_input", field), (answer.Code, answer.Field));
        Assert.DoesNotContain("script", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"service":"openai_api_key"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_fetch_has_an_empty_body(string body)
    {
        var call = _stack.FetchCall();
        call.Body = Encoding.UTF8.GetBytes(body);
        Assert.Equal("invalid_input", (await _stack.SendAsync(call)).Code);
    }

    [Fact]
    public async Task Plaintext_over_the_limit_is_too_large()
    {
        Assert.Equal("payload_too_large", (await _stack.StoreAsync(new byte[65_537])).Code);
        Assert.Equal("payload_too_large", (await _stack.StoreAsync(new byte[70_000])).Code);
        Assert.Equal("", _stack.StoreDigest());
    }
}
