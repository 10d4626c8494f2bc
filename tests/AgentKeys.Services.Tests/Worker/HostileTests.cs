using System.Diagnostics;
using System.Text;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Clients that send what no parser likes, and a hand in the store's folder: every one gets a code, none breaks anything else.</summary>
public sealed class HostileTests : IAsyncLifetime
{
    private readonly VaultStack _stack = new();

    public Task InitializeAsync() => _stack.InitializeAsync();

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    /// <summary>The value is read past the parser, straight from the bytes: what the parser would have refused must be refused there too.</summary>
    [Theory]
    [InlineData("\\ud800")]
    [InlineData("AA\\udc00=")]
    [InlineData("\u00ff\u00fe")] // Latin-1: bytes that are no UTF-8
    public async Task A_value_that_is_no_text_is_invalid_input(string value)
    {
        var call = _stack.StoreCall([1]);
        call.Body = Encoding.Latin1.GetBytes($$"""{"name":"{{VaultStack.Typed}}","plaintext_b64":"{{value}}"}""");
        var answer = await _stack.SendAsync(call);
        Assert.Equal(("invalid_input", "plaintext_b64"), (answer.Code, answer.Field));
        Assert.Equal("", _stack.StoreDigest());
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("folder")]
    public async Task What_is_no_file_in_an_objects_place_is_store_unavailable(string what)
    {
        Assert.Equal("ok", (await _stack.StoreAsync([1])).Code);
        File.Delete(_stack.ObjectPath);
        if (what == "pipe")
            await MakePipeAsync(_stack.ObjectPath);
        else
            Directory.CreateDirectory(_stack.ObjectPath);
        Assert.Equal("store_unavailable", (await _stack.FetchAsync()).Code);
        Assert.Equal("store_unavailable", (await _stack.StoreAsync([2])).Code);
    }

    /// <summary>Anybody may ask for readiness: the question must not write where a link in the store leads.</summary>
    [Fact]
    public async Task Asking_for_readiness_writes_through_no_link()
    {
        Assert.Equal(200, (await _stack.GetAsync("/readyz")).Status);
        var victim = _stack.Folder["victim"];
        await File.WriteAllTextAsync(victim, "precious");
        File.CreateSymbolicLink(Path.Combine(_stack.StoreRoot, ".ready"), victim);
        _ = await _stack.GetAsync("/readyz");
        Assert.Equal("precious", await File.ReadAllTextAsync(victim));
    }

    private static async Task MakePipeAsync(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        await mkfifo.WaitForExitAsync();
        Assert.Equal(0, mkfifo.ExitCode);
    }
}
