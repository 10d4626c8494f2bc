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

    /// <summary>A wrong setting must not cost a key: only what is a socket is ever removed from the socket's place.</summary>
    [Fact]
    public async Task A_file_in_the_signers_sockets_place_is_left_alone()
    {
        await _stack.StopSignerAsync();
        await File.WriteAllTextAsync(_stack.SocketPath, "precious");
        await Assert.ThrowsAnyAsync<IOException>(_stack.StartSignerAsync);
        Assert.Equal("precious", await File.ReadAllTextAsync(_stack.SocketPath));
    }

    /// <summary>Anything in a body that its sender signed for: the answer has a code, and it is never our fault.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_the_body_is_the_answer_is_a_refusal(int seed)
    {
        var random = new Random(seed);
        var unexpected = new StringBuilder();
        for (var i = 0; i < 150; i++)
        {
            var store = _stack.StoreCall([1, 2, 3], ifVersion: 7);
            store.Body = Mangle(store.Body, random);
            var fetch = _stack.FetchCall();
            fetch.Body = Mangle(fetch.Body, random);
            var unwrap = Mangle("""{"wrapped":"AAAA","salt":"AAAA","epoch":1,"kind":0,"key_id":"0x0000000000000000"}"""u8.ToArray(), random);
            Note(await _stack.SendAsync(store), store.Body);
            Note(await _stack.SendAsync(fetch), fetch.Body);
            Note(await _stack.SendToSignerAsync("/v1/keys/unwrap", _stack.FetchCall().Build(), unwrap), unwrap);
        }
        Assert.Equal("", unexpected.ToString());

        void Note(WireAnswer answer, byte[] body)
        {
            if (answer.Code is not ("invalid_input" or "conflict" or "not_found"))
                unexpected.Append(answer.Code).Append(": ").AppendLine(Convert.ToHexStringLower(body));
        }
    }

    /// <summary>One to three bytes overwritten, put in, or cut off, with a liking for what parsers trip over.</summary>
    private static byte[] Mangle(byte[] body, Random random)
    {
        byte[][] spices = ["\""u8.ToArray(), "\\ud800"u8.ToArray(), [0], [0xff], [0xc0, 0xaf], "{"u8.ToArray(), "[[[[[[[[["u8.ToArray(), "null"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "18446744073709551616"u8.ToArray(), [0xef, 0xbb, 0xbf]];
        List<byte> bytes = [.. body];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            if (random.Next(3) == 0)
                bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
            else
                bytes.InsertRange(at, spices[random.Next(spices.Length)]);
        }
        return [.. bytes];
    }

    private static async Task MakePipeAsync(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        await mkfifo.WaitForExitAsync();
        Assert.Equal(0, mkfifo.ExitCode);
    }
}
