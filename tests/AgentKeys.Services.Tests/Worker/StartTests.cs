using System.Diagnostics;
using AgentKeys.Signer;
using AgentKeys.Testing.Chain;
using AgentKeys.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>The programs themselves: what they say about wrong settings, and that they serve from the file alone.</summary>
public class StartTests
{
    [Theory]
    [InlineData("signer")]
    [InlineData("worker")]
    public async Task Wrong_settings_end_the_process_with_all_errors_one_a_line_and_no_stack(string which)
    {
        using var folder = new Testing.Storage.TemporaryFolder();
        await File.WriteAllTextAsync(folder["agentkeys.json"], "{}");

        var (code, errors) = await RunAsync(which, "--config", folder["agentkeys.json"]);

        Assert.Equal(78, code);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("agentkeys: error: ", line, StringComparison.Ordinal));
        foreach (var section in (string[])["AgentKeys:Chain:Deployment", "AgentKeys:Trust:CapKeys", which == "signer" ? "AgentKeys:Signer:Peers" : "AgentKeys:Workers:credentials:Store:Root"])
            Assert.Contains(lines, line => line.Contains(section, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_that_is_not_JSON_is_told_in_one_line()
    {
        using var folder = new Testing.Storage.TemporaryFolder();
        await File.WriteAllTextAsync(folder["agentkeys.json"], "{");
        var (code, errors) = await RunAsync("signer", "--config", folder["agentkeys.json"]);
        Assert.Equal(78, code);
        Assert.StartsWith("agentkeys: error: ", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signer", "--config", "/nowhere/agentkeys.json")]
    [InlineData("signer", "serve")]
    [InlineData("worker", "--role")]
    public async Task Wrong_arguments_say_what_is_wanted(string which, params string[] args)
    {
        var (code, errors) = await RunAsync(which, args);
        Assert.Equal(78, code);
        Assert.StartsWith("agentkeys: error: ", errors, StringComparison.Ordinal);
    }

    /// <summary>No ring is made silently: a signer with an empty one would wrap under a key that nobody keeps.</summary>
    [Fact]
    public async Task A_signer_without_a_ring_does_not_start_and_makes_none()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopWorkerAsync();
        await stack.StopSignerAsync();
        Directory.Delete(stack.RingDir, recursive: true);

        var (code, errors) = await RunAsync("signer", "--config", stack.Folder["agentkeys.json"]);

        Assert.Equal(78, code);
        Assert.Contains("epoch add", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(stack.RingDir));
    }

    /// <summary>A node that answers every question with chain id 1 and no code.</summary>
    [Theory]
    [InlineData("signer")]
    [InlineData("worker")]
    public async Task A_wrong_chain_ends_the_process_with_one_line(string which)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopWorkerAsync();
        await stack.StopSignerAsync();
        await using var node = new FaultyNode((_, body) => NodeReply.Http(200, Answer(body)));
        var config = stack.Folder["agentkeys.json"];
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("http://127.0.0.1:1\"", $"{node.Url}\"", StringComparison.Ordinal));

        var (code, errors) = await RunAsync(which, "--config", config);

        Assert.Equal(78, code);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => !l.StartsWith('{'));
        Assert.Equal($"agentkeys: error: AgentKeys:Chain: {node.Url.GetLeftPart(UriPartial.Authority)}: The node speaks for another chain or registry than the configured one.", line);
    }

    private static string Answer(string body)
    {
        using var batch = System.Text.Json.JsonDocument.Parse(body);
        return "[" + string.Join(',', batch.RootElement.EnumerateArray().Select(c =>
            $$"""{"jsonrpc":"2.0","id":{{c.GetProperty("id").GetRawText()}},"result":"{{(c.GetProperty("method").GetString() == "eth_chainId" ? "0x1" : "0x")}}"}""")) + "]";
    }

    [Fact]
    public async Task A_lost_log_is_reopened_once_and_a_sound_one_is_left_alone()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopWorkerAsync();
        await stack.StopSignerAsync();
        string[] reopen = ["audit", "reopen", "--reason", "lost", "--config", stack.Folder["agentkeys.json"]];
        Directory.Delete(Path.GetDirectoryName(Directory.EnumerateFiles(stack.Folder.Path, "log", SearchOption.AllDirectories).Single(f => f.Contains("signer", StringComparison.Ordinal)))!, recursive: true);

        Assert.Equal(0, (await RunAsync("signer", reopen)).Code);
        var (code, errors) = await RunAsync("signer", reopen);
        Assert.Equal(1, code);
        Assert.Equal("agentkeys: error: signer:credentials: The audit log is sound. Nothing was changed.\n", errors);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("audit", "reopen")]
    [InlineData("audit", "reopen", "--reason")]
    [InlineData("audit", "reopen", "--reason", " ")]
    [InlineData("audit", "reopen", "--reason", "a", "--reason", "b")]
    [InlineData("audit", "reopen", "--reason", "a", "--force", "yes")]
    public async Task A_reopen_without_a_reason_is_not_understood(params string[] args)
    {
        var (code, errors) = await RunAsync("signer", args);
        Assert.Equal(2, code);
        Assert.StartsWith("agentkeys: error: ", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Errors)> RunAsync(string which, params string[] args)
    {
        var program = (which == "signer" ? typeof(SignerHost) : typeof(WorkerHost)).Assembly.Location;
        string[] role = which == "worker" && args is not ["--role"] ? ["--role", "credentials"] : [];
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. role, .. args]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
