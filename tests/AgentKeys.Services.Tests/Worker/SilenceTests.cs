using System.Text;
using AgentKeys.Services.Tests.Support;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>What must never be written anywhere but where it belongs.</summary>
public class SilenceTests
{
    [Fact]
    public async Task No_secret_and_no_token_is_in_any_log_at_any_level_nor_in_the_audit_files()
    {
        await using var stack = await VaultStack.StartAsync();
        var canary = "sk-canary-3f1c9a"u8.ToArray();
        var store = stack.StoreCall(canary).Build();
        Assert.Equal("ok", (await stack.SendAsync(store)).Code);
        var fetch = stack.FetchCall().Build();
        Assert.Equal("ok", (await stack.SendAsync(fetch)).Code);
        Assert.Equal("proof_replayed", (await stack.SendAsync(fetch)).Code);
        var bad = stack.StoreCall(canary);
        bad.Body = [.. bad.Body, .. "}"u8];
        Assert.Equal("invalid_input", (await stack.SendAsync(bad)).Code);
        await stack.StopSignerAsync();
        Assert.Equal("signer_unavailable", (await stack.FetchAsync()).Code);

        string[] secrets =
        [
            "sk-canary-3f1c9a",
            Convert.ToBase64String(canary),
            .. store.Headers.Values.Concat(fetch.Headers.Values).Select(v => v![^40..]),
            Convert.ToHexString((await File.ReadAllBytesAsync(Path.Combine(stack.RingDir, "k3-1.key")))[32..]),
        ];
        var logs = stack.Logs.Text;
        Assert.Contains("/v1/cred/store", logs, StringComparison.Ordinal); // the ears work
        using var copy = stack.Folder.Copy(); // the log locks its files
        var files = string.Join('\n', Directory.EnumerateFiles(copy["state"], "*", SearchOption.AllDirectories).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, logs, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, files, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Health_readiness_and_metrics_answer_and_count()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.FetchAsync();
        var replay = stack.FetchCall().Build();
        await stack.SendAsync(replay);
        await stack.SendAsync(replay);

        Assert.Contains("worker:credentials", await stack.GetTextAsync("/healthz"), StringComparison.Ordinal);
        var ready = await stack.GetAsync("/readyz");
        Assert.True(ready.Status == 200, ready.Text);
        foreach (var part in (string[])["chain", "audit", "store", "signer"])
            Assert.Contains($"\"{part}\"", ready.Text, StringComparison.Ordinal);
        var metrics = Exposition.Parse(await stack.GetTextAsync("/metrics"));
        Assert.Equal(1, metrics["agentkeys_requests_total", ("code", "ok"), ("route", "/v1/cred/store")]);
        Assert.Equal(2, metrics["agentkeys_requests_total", ("code", "ok"), ("route", "/v1/cred/fetch")]);
        Assert.Equal(1, metrics["agentkeys_requests_total", ("code", "proof_replayed"), ("route", "/v1/cred/fetch")]);

        using var signer = stack.SignerHttp();
        Assert.Contains("\"signer\"", await signer.GetStringAsync(new Uri("/healthz", UriKind.Relative)), StringComparison.Ordinal);
        var signers = Exposition.Parse(await signer.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Equal(1, signers["agentkeys_requests_total", ("code", "ok"), ("route", "/v1/keys/generate")]);
    }

    [Fact]
    public async Task Unknown_routes_and_methods_have_codes()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("not_found", (await stack.GetAsync("/v1/cred/nothing")).Code);
        Assert.Equal("method_not_allowed", (await stack.GetAsync("/v1/cred/store")).Code);
    }
}
