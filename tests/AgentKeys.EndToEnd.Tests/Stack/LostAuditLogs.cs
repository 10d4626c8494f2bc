using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A lost or damaged audit log stops its service until a person says why, and the new log begins with those words.</summary>
public class LostAuditLogs
{
    [AnvilFact]
    public async Task Logs_deleted_while_the_stack_is_down_stop_every_service_until_they_are_reopened()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("log-deleted");
        var person = folder.Person("person");
        await using (await folder.StartAsync(ct))
            await StoreAsync(person, ct);
        foreach (var state in (string[])["broker", Path.Combine("signer", "credentials"), "credentials"])
            Directory.Delete(Path.Combine(folder.DevState, "state", state, "audit"), recursive: true);

        await using (await folder.StartAsync(ct))
        {
            await person.RefusedAsync(ct, "audit_unavailable", "cred", "fetch", "API_KEY"); // the broker's
            await ReopenAsync(person, "broker", "broker", ct);
            await person.RefusedAsync(ct, "audit_unavailable", "cred", "fetch", "API_KEY"); // the worker's
            await ReopenAsync(person, "credentials", "worker:credentials", ct);
            await ReopenAsync(person, "signer", "signer:credentials", ct);
            Assert.Equal("kept", await person.OkAsync(ct, "cred", "fetch", "API_KEY"));
        }
        ExpectFirstRecord(folder, "deleted by a test", "nothing was left");
    }

    [AnvilFact]
    public async Task A_log_shortened_while_the_worker_runs_is_kept_aside_and_the_worker_goes_on_by_itself()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("log-shortened");
        var person = folder.Person("person");
        CommandResult reopened;
        await using (await folder.StartAsync(ct))
        {
            await StoreAsync(person, ct);
            var sound = await person.RunAsync(ct, null, "audit", "reopen", "credentials", "--reason", "by mistake");
            Assert.Equal(1, sound.ExitCode);
            Assert.Contains("agentkeys: error: worker:credentials: The audit log is in use", sound.Error, StringComparison.Ordinal);

            Shorten(Path.Combine(StateOf(folder), "audit", "log"));
            await person.RefusedAsync(ct, "audit_unavailable", "cred", "fetch", "API_KEY");
            reopened = await person.RunAsync(ct, null, "audit", "reopen", "credentials", "--reason", "shortened by a test");
            Assert.Equal(0, reopened.ExitCode);
            Assert.Equal("kept", await person.OkAsync(ct, "cred", "fetch", "API_KEY"));
        }
        var aside = Assert.Single(Directory.GetDirectories(StateOf(folder), "audit.closed-*"));
        Assert.Contains($"agentkeys: what was left of the old log is kept in {aside}", reopened.Error, StringComparison.Ordinal);
        Assert.Contains("quotas count from zero", reopened.Error, StringComparison.Ordinal);
        ExpectFirstRecord(folder, "shortened by a test", Path.GetFileName(aside));
    }

    private static async Task StoreAsync(AgentKeysCli person, CancellationToken ct)
    {
        await person.OkAsync(ct, "init");
        await person.OkWithInputAsync(ct, "kept", "cred", "store", "API_KEY");
    }

    private static async Task ReopenAsync(AgentKeysCli person, string service, string verifier, CancellationToken ct)
    {
        var answer = await person.JsonAsync(ct, "audit", "reopen", service, "--reason", "deleted by a test");
        var log = Assert.Single(answer.GetProperty("logs").EnumerateArray());
        Assert.Equal(verifier, log.GetProperty("verifier").GetString());
        Assert.Equal(JsonValueKind.Null, log.GetProperty("kept").ValueKind);
    }

    private static string StateOf(StackFolder folder) => Path.Combine(folder.DevState, "state", "credentials");

    /// <summary>SPEC.md section 10.3: 16 bytes of magic, then a length and the first record.</summary>
    private static void ExpectFirstRecord(StackFolder folder, string reason, string body)
    {
        var log = File.ReadAllBytes(Path.Combine(StateOf(folder), "audit", "log")).AsMemory(16);
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(log.Span);
        Assert.Equal(AuditRecordFault.None, AuditRecordCodec.TryDecode(log.Slice(4, length), out var first));
        Assert.Equal((81, reason, "worker:credentials"), ((int)first.Op, first.Intent, first.Verifier));
        Assert.StartsWith(body, Encoding.ASCII.GetString(first.Body!.Value.Span), StringComparison.Ordinal);
    }

    /// <summary>By one byte, past the lock that the framework's own files would respect.</summary>
    private static void Shorten(string path) => Assert.Equal(0, Truncate(path, new FileInfo(path).Length - 1));

    [DllImport("libc", EntryPoint = "truncate", SetLastError = true)]
    private static extern int Truncate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, long length);
}
