using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>What is taken away is gone at the next request, whoever holds which token.</summary>
public class Revocations
{
    [AnvilFact]
    public async Task A_revoked_agent_is_refused_at_once_and_a_read_only_one_writes_nothing()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("revocations");
        await using var stack = await folder.StartAsync(ct);
        var person = folder.Person("person");
        var agent = folder.Machine("agent");
        await person.OkAsync(ct, "init");
        var operatorOmni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        await person.OkWithInputAsync(ct, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), "agent", "create", "bot", "--request", "-");
        await person.OkWithInputAsync(ct, "secret-one", "cred", "store", "ONE", "--agent", "bot");
        await person.OkAsync(ct, "scope", "set", "bot", "ONE", "--read-only");

        Assert.Equal("secret-one", await agent.OkAsync(ct, "cred", "fetch", "ONE"));
        var file = Path.Combine(folder.Path, "new-value");
        await File.WriteAllTextAsync(file, "overwritten", ct);
        await agent.RefusedAsync(ct, "scope_read_only", "cred", "store", "ONE", "--from-file", file);

        var revoked = await person.JsonAsync(ct, "agent", "revoke", "bot");
        var refusal = await agent.RefusedAsync(ct, "device_revoked", "cred", "fetch", "ONE");
        Assert.True(refusal.GetProperty("block").GetUInt64() >= revoked.GetProperty("block").GetUInt64());
    }

    [AnvilFact]
    public async Task A_quota_counts_across_a_restart()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("quota");
        var person = folder.Person("person");
        var agent = folder.Machine("agent");
        await using (await folder.StartAsync(ct))
        {
            await person.OkAsync(ct, "init");
            var operatorOmni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
            await person.OkWithInputAsync(ct, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), "agent", "create", "bot", "--request", "-");
            await person.OkWithInputAsync(ct, "counted", "cred", "store", "ONE", "--agent", "bot");
            await person.OkAsync(ct, "scope", "set", "bot", "ONE", "--max-calls", "2", "--per", "365d");
            Assert.Equal("counted", await agent.OkAsync(ct, "cred", "fetch", "ONE"));
        }
        await using (await folder.StartAsync(ct))
        {
            Assert.Equal("counted", await agent.OkAsync(ct, "cred", "fetch", "ONE"));
            await agent.RefusedAsync(ct, "quota_exceeded", "cred", "fetch", "ONE");
        }
    }
}
