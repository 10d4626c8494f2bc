using System.Security.Cryptography;
using System.Text.Json;
using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class ProofCommandTests : IDisposable
{
    private const string Url = "http://127.0.0.1:8091/v1/cap/explain";
    private const string Token = "eyJh.eyJi.c2ln-_x";

    private readonly FakeTerminal _terminal = new();

    public ProofCommandTests()
    {
        var home = new AgentKeysHome(_terminal.Home);
        home.LoadOrMake(home.DeviceKeyPath, KeyPurpose.Device).Key.Dispose();
        File.WriteAllText(_terminal.Folder["token"], Token + "\n");
        File.WriteAllText(_terminal.Folder["body"], "{}");
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task Prints_one_proof_and_nothing_else()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("proof", "post", Url, "--token-file", "token", "--body-file", "body"));
        Assert.Empty(_terminal.Error);
        Assert.DoesNotContain(Token, _terminal.Output, StringComparison.Ordinal);
        Expect(_terminal.Output.TrimEnd('\n'), "POST", Url, Token, "{}"u8);
    }

    [Fact]
    public async Task Without_token_and_body_it_is_a_proof_of_neither()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("proof", "GET", Url));
        Expect(_terminal.Output.TrimEnd('\n'), "GET", Url, null, []);
    }

    [Fact]
    public async Task Whole_header_lines_are_what_curl_reads()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("proof", "POST", Url, "--token-file", "token", "--header"));
        var lines = _terminal.Output.Split('\n');
        Assert.Equal(($"Authorization: DPoP {Token}", "DPoP: ", ""), (lines[0], lines[1][..6], lines[2]));
        Expect(lines[1][6..], "POST", Url, Token, []);
    }

    [Fact]
    public async Task Json_names_the_request_and_shows_no_token_that_nobody_asked_for()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("proof", "POST", Url, "--token-file", "token", "--json"));
        using var answer = JsonDocument.Parse(_terminal.Output);
        Assert.Equal(["method", "url", "dpop"], answer.RootElement.EnumerateObject().Select(m => m.Name));
        Expect(answer.RootElement.GetProperty("dpop").GetString()!, "POST", Url, Token, []);
    }

    [Fact]
    public async Task A_token_is_not_shown_on_a_terminal()
    {
        _terminal.OutputIsTerminal = true;
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("proof", "POST", Url, "--token-file", "token", "--header"));
        Assert.Empty(_terminal.Output);
    }

    [Theory]
    [InlineData("PO ST", Url)]
    [InlineData("", Url)]
    [InlineData("POST", "/v1/cap/explain")]
    [InlineData("POST", "ftp://127.0.0.1/x")]
    [InlineData("POST", Url + "?a=b")]
    [InlineData("POST", Url + "#a")]
    [InlineData("POST", "http://user@127.0.0.1/x")]
    [InlineData("POST", Url, "--token-file", "token", "--session")]
    public async Task A_request_that_no_proof_can_name_is_a_wrong_command_line(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(["proof", .. arguments]));
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public async Task A_file_that_is_no_token_is_refused_and_not_repeated()
    {
        File.WriteAllText(_terminal.Folder["token"], "{\"token\": \"eyJsecret\"}");
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("proof", "POST", Url, "--token-file", "token", "--header"));
        Assert.DoesNotContain("eyJsecret", _terminal.Output + _terminal.Error, StringComparison.Ordinal);
    }

    private void Expect(string proof, string method, string url, string? token, ReadOnlySpan<byte> body)
    {
        var now = TimeProvider.System.GetUtcNow();
        var verified = ProofOfPossession.Verify(proof, new ProofExpectation(method, url, token, new Bytes32(SHA256.HashData(body)), now, now.AddMinutes(-1)));
        Assert.True(verified.IsOk(out var read, out _));
        using var device = new AgentKeysHome(_terminal.Home).LoadDevice();
        Assert.Equal(DeviceKeyHash.OfAddress(new AccountAddress(device.Address.ToArray())), read.Device);
    }
}
