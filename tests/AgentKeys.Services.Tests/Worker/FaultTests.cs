using System.Net;
using System.Net.Sockets;
using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Testing.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Each part fails in turn, before or after it did its work; then it is repaired and the invariant is looked at.</summary>
public class FaultTests
{
    /// <summary>Somebody stores between our look and our put: ours does not go over theirs.</summary>
    [Fact]
    public async Task A_store_replaces_only_what_it_saw()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        var one = await File.ReadAllBytesAsync(stack.ObjectPath);
        Assert.Equal("ok", (await stack.StoreAsync([2])).Code);
        var two = await File.ReadAllBytesAsync(stack.ObjectPath);
        await File.WriteAllBytesAsync(stack.ObjectPath, one);
        // Behind the worker's back: two acts of its own on one object never meet.
        stack.Store.BeforePut = () => File.WriteAllBytesAsync(stack.ObjectPath, two);
        Assert.Equal("conflict", (await stack.StoreAsync([3])).Code);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_fails_at_the_put_is_repaired_by_storing_again(bool applied)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Store.Fail(StoreStep.Put, applied);

        Assert.Equal("store_unavailable", (await stack.StoreAsync([2])).Code);

        var again = await stack.StoreAsync([3]);
        Assert.Equal(applied ? 3ul : 2ul, again.Version); // never the version of what may have been stored
        var fetched = await stack.FetchAsync();
        Assert.Equal(again.Version, fetched.Version);
        Assert.Equal([3], fetched.Plaintext);
    }

    /// <summary>Stored, but nobody could say so: the newest is what a fetch shows, and from then on it is the floor.</summary>
    [Fact]
    public async Task An_object_above_the_floor_that_opens_is_taken_and_raises_it()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var old = await File.ReadAllBytesAsync(stack.ObjectPath);
        stack.Store.Fail(StoreStep.Put, applied: true);
        Assert.Equal("store_unavailable", (await stack.StoreAsync([2])).Code);

        var fetched = await stack.FetchAsync();
        Assert.Equal(2ul, fetched.Version);
        Assert.Equal([2], fetched.Plaintext);
        await File.WriteAllBytesAsync(stack.ObjectPath, old);
        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
    }

    /// <summary>The two objects that a failed and a repeated store leave have versions of their own, so neither passes for the other.</summary>
    [Fact]
    public async Task What_a_failed_store_left_cannot_be_put_back_later()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Store.Fail(StoreStep.Put, applied: true);
        await stack.StoreAsync([2]);
        var orphan = await File.ReadAllBytesAsync(stack.ObjectPath);
        await stack.StoreAsync([3]);
        await File.WriteAllBytesAsync(stack.ObjectPath, orphan);
        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
    }

    [Fact]
    public async Task A_store_that_fails_at_the_get_changes_nothing()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Store.Fail(StoreStep.Get, applied: true, times: 2);
        Assert.Equal("store_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal("store_unavailable", (await stack.StoreAsync([2])).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_refusal_after_the_authorized_record_is_its_outcome()
    {
        await using var stack = await VaultStack.StartAsync();
        var before = stack.WorkerRecords;
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        Assert.Equal(before + 2, stack.WorkerRecords);
        Assert.Equal([RefusalCode.NotFound], stack.Audit.Outcomes);
    }

    /// <summary>A write is confirmed only once its outcome is durable; it happened all the same, and a fetch finds it.</summary>
    [Fact]
    public async Task A_write_whose_outcome_is_lost_is_not_confirmed()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Audit.LosesOutcomes = true;
        Assert.Equal("audit_unavailable", (await stack.StoreAsync([2])).Code);
        stack.Audit.LosesOutcomes = false;
        var fetched = await stack.FetchAsync();
        Assert.Equal((2ul, (byte)2), (fetched.Version, fetched.Plaintext.Single()));
        Assert.Equal(3ul, (await stack.StoreAsync([3])).Version);
    }

    [Fact]
    public async Task A_read_whose_outcome_is_lost_was_recorded_before_and_is_answered()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Audit.LosesOutcomes = true;
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_read_does_not_wait_for_its_outcome_and_a_write_does()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var before = stack.WorkerRecords;
        var disk = new TaskCompletionSource();
        stack.Audit.OutcomesWaitFor = disk.Task;
        Assert.Equal([1], (await stack.FetchAsync().WaitAsync(TimeSpan.FromSeconds(30))).Plaintext);
        Assert.Equal(before + 1, stack.WorkerRecords);
        var storing = stack.StoreAsync([2]);
        await Task.WhenAny(storing, Task.Delay(TimeSpan.FromSeconds(1)));
        Assert.False(storing.IsCompleted);

        disk.SetResult();
        Assert.Equal(2ul, (await storing).Version);
        Assert.Equal(before + 4, stack.WorkerRecords);
    }

    /// <summary>A bug in a part is an answer with a code and an outcome in the log, never a stack for the client.</summary>
    [Fact]
    public async Task An_exception_in_the_act_is_an_internal_error_and_its_outcome()
    {
        await using var stack = await VaultStack.StartAsync();
        Directory.CreateDirectory(stack.ObjectPath); // a folder where the object belongs: nothing the store foresees
        var answer = await stack.FetchAsync();
        Assert.Contains(answer.Code, (string[])["internal_error", "store_unavailable"]);
        Assert.DoesNotContain(" at ", answer.Text, StringComparison.Ordinal);
        Assert.Equal(answer.Code, stack.Audit.Outcomes.Last()!.Value.Name());
    }

    [Fact]
    public async Task Without_its_log_the_worker_does_nothing()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var (store, signer) = (stack.StoreDigest(), stack.SignerRecords);
        DamageLogs(stack.Folder["state/credentials"]);

        Assert.Equal("audit_unavailable", (await stack.StoreAsync([2])).Code);
        Assert.Equal("audit_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal((store, signer), (stack.StoreDigest(), stack.SignerRecords));
        Assert.Equal(503, (await stack.GetAsync("/readyz")).Status);
    }

    /// <summary>A store and a deletion that ran beside each other took the same version; the deletion was recorded, so it counts.</summary>
    [Fact]
    public async Task An_object_of_the_version_of_its_deletion_is_deleted()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Store.Fail(StoreStep.Put, applied: true);
        await stack.StoreAsync([2]); // version 2 is in the store and not in the log
        var deletion = new AuditAuthorization
        {
            Operator = stack.Operator,
            Actor = stack.Agent.Omni,
            Device = stack.Agent.Hash,
            Op = AuditOpKind.CredentialsDelete,
            Proof = null,
            Cap = null,
            Quota = null,
            Block = 1,
            Object = new ObjectName(ServiceName.Parse(VaultStack.Service)),
        };
        var authorized = (await stack.Audit.AuthorizeAsync(deletion, CancellationToken.None)).Value;
        var deleted = (await stack.Audit.OutcomeAsync(AuditOutcome.Deleted(authorized.Leaf, removed: 1), CancellationToken.None)).Value;
        Assert.Equal(new ObjectFloor(2, Deleted: true), deleted.Floor);

        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
        Assert.Equal(3ul, (await stack.StoreAsync([3])).Version);
        Assert.Equal([3], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task Without_its_log_the_signer_gives_no_key()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var store = stack.StoreDigest();
        DamageLogs(stack.Folder["state/signer/credentials"]);

        Assert.Equal("signer_unavailable", (await stack.StoreAsync([2])).Code);
        Assert.Equal("signer_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal(store, stack.StoreDigest());
    }

    [Fact]
    public async Task A_signer_that_is_away_is_unavailable_until_it_is_back()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.StopSignerAsync();
        var store = stack.StoreDigest();

        Assert.Equal("signer_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal("signer_unavailable", (await stack.StoreAsync([2])).Code);
        Assert.Equal(store, stack.StoreDigest());
        Assert.Equal(503, (await stack.GetAsync("/readyz")).Status);

        await stack.StartSignerAsync();
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        Assert.Equal(200, (await stack.GetAsync("/readyz")).Status);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("closes")]
    [InlineData("not http")]
    public async Task A_socket_that_is_no_signer_is_unavailable(string behaviour)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { SignerTimeoutMilliseconds = 300 });
        await stack.StoreAsync([1]);
        await stack.StopSignerAsync();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(stack.SocketPath));
        listener.Listen();
        var open = new List<Socket>();
        var accepting = Task.Run(async () =>
        {
            while (true)
            {
                var peer = await listener.AcceptAsync();
                open.Add(peer);
                if (behaviour == "closes")
                    peer.Close();
                else if (behaviour == "not http")
                    await peer.SendAsync("nonsense\r\n\r\n"u8.ToArray());
            }
        });

        Assert.Equal("signer_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal("signer_unavailable", (await stack.StoreAsync([2])).Code);

        listener.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => accepting);
        open.ForEach(s => s.Dispose());
    }

    /// <summary>What a wrong or bad signer may say, and what of it a client hears.</summary>
    [Theory]
    [InlineData(200, "{}", "signer_unavailable")]
    [InlineData(200, "not json", "signer_unavailable")]
    [InlineData(200, """{"data_key":"AA"}""", "signer_unavailable")]
    [InlineData(200, """{"data_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","extra":1}""", "signer_unavailable")]
    [InlineData(200, """{"data_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "object_corrupt")]
    [InlineData(200, "BIG", "signer_unavailable")]
    [InlineData(302, "", "signer_unavailable")]
    [InlineData(500, """{"code":"internal_error"}""", "signer_unavailable")]
    [InlineData(503, """{"code":"chain_unavailable"}""", "signer_unavailable")]
    [InlineData(503, """{"code":"audit_unavailable"}""", "signer_unavailable")]
    [InlineData(401, """{"code":"unauthorized"}""", "signer_unavailable")]
    [InlineData(404, """{"code":"not_found"}""", "signer_unavailable")]
    [InlineData(409, """{"code":"conflict"}""", "signer_unavailable")]
    [InlineData(400, """{"code":"invalid_input"}""", "signer_unavailable")]
    [InlineData(403, """{"code":"storage_session_refused"}""", "signer_unavailable")]
    [InlineData(403, """{"code":"made_up"}""", "signer_unavailable")]
    [InlineData(403, """{"code":7}""", "signer_unavailable")]
    [InlineData(403, """{"code":"device_revoked","detail":"<b>evil</b>"}""", "device_revoked")]
    [InlineData(403, """{"code":"k3_epoch_mismatch"}""", "k3_epoch_mismatch")]
    [InlineData(409, """{"code":"proof_replayed"}""", "proof_replayed")]
    [InlineData(412, """{"code":"chain_behind"}""", "chain_behind")]
    [InlineData(500, """{"code":"object_corrupt"}""", "object_corrupt")]
    [InlineData(503, """{"code":"actor_key_unavailable"}""", "actor_key_unavailable")]
    public async Task Only_refusals_about_the_request_reach_the_client(int status, string body, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.StopSignerAsync();
        await using var impostor = await ImpostorAsync(stack.SocketPath, (HttpStatusCode)status, body == "BIG" ? new string(' ', 10_000) : body);

        var answer = await stack.FetchAsync();

        Assert.Equal(code, answer.Code);
        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ImpostorAsync(string socket, HttpStatusCode status, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(socket));
        var app = builder.Build();
        app.Run(http =>
        {
            http.Response.StatusCode = (int)status;
            return http.Response.WriteAsync(body);
        });
        await app.StartAsync();
        return app;
    }

    private static void DamageLogs(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0).ToList();
        Assert.NotEmpty(files);
        files.ForEach(File.Delete);
    }
}
