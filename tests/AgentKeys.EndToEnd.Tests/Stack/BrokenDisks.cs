using System.Globalization;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// A disk that takes no more, and folders that take nothing: refused with the code of the part that failed, nothing changed, and served again
/// by itself once the fault is gone. Real processes; the limit and the rights are the kernel's.
/// </summary>
public class BrokenDisks
{
    /// <summary>A proof of the second before its verifier started is not taken.</summary>
    private static readonly TimeSpan s_untilProofsAreTaken = TimeSpan.FromSeconds(1.1);

    private const string Old = "the value before", New = "the value after";

    [AnvilFact]
    public async Task A_log_that_cannot_grow_refuses_and_goes_on_by_itself()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("log-full");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await person.StoreAsync("KEY", Old, ct);

        foreach (var service in stack.Services)
        {
            var log = new FileInfo(Path.Combine(stack.StateOf(service), "audit", "log"));
            ProcessLimits.LimitFiles(service.Pid, log.Length + 10);
            var (objects, before) = (Objects(stack), log.Length);
            var code = stack.CodeWithoutLog(service);
            await Person.RefusedAsync(code, () => person.StoreAsync("KEY", New, ct));
            await Person.RefusedAsync(code, () => person.FetchAsync("KEY", ct));
            Assert.True(await stack.CountsAuditUnavailableAsync(service, ct));
            Assert.Equal(objects, Objects(stack));
            Assert.Equal(503, (await stack.GetAsync(service, "/readyz", ct)).Status);
            log.Refresh();
            Assert.InRange(log.Length, before, before + 10);

            ProcessLimits.UnlimitFiles(service.Pid);
            Assert.Equal(Old, await Person.RecoversAsync(code, () => person.FetchAsync("KEY", ct)));
        }
        Assert.Equal(2ul, await person.StoreAsync("KEY", New, ct));
        Assert.Equal(New, await person.FetchAsync("KEY", ct));
        await ExpectSoundLogsAsync(stack);
    }

    [AnvilFact]
    public async Task An_object_that_does_not_fit_leaves_the_old_one_and_nothing_beside_it()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("store-full");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await person.StoreAsync("KEY", Old, ct);
        var large = new string('x', 60_000);

        ProcessLimits.LimitFiles(stack.Worker.Pid, 50_000); // the log is far below that
        var objects = Objects(stack);
        await Person.RefusedAsync("store_unavailable", () => person.StoreAsync("KEY", large, ct));
        await Person.RefusedAsync("store_unavailable", () => person.StoreAsync("OTHER", large, ct));
        Assert.Equal(objects, Objects(stack)); // what was written aside is gone too
        Assert.Equal(Old, await person.FetchAsync("KEY", ct));
        Assert.Equal(2ul, await person.StoreAsync("KEY", New, ct));

        ProcessLimits.UnlimitFiles(stack.Worker.Pid);
        Assert.Equal(3ul, await person.StoreAsync("KEY", large, ct));
        Assert.Equal(large, await person.FetchAsync("KEY", ct));
    }

    /// <summary>All state on one small disk that something else fills: whoever needs room first refuses, and what was acknowledged stays.</summary>
    [SmallDiskFact]
    public async Task A_full_disk_refuses_whoever_needs_room_and_loses_nothing()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("disk-full");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await StopAsync(stack);
        using var disk = SmallDisk.Under(stack.In("state"), kilobytes: 1024);
        await RestartAsync(stack, ct);

        var stored = new Dictionary<string, string>();
        await person.StoreAsync("FIRST", stored["FIRST"] = Old, ct);
        disk.Fill();
        var heard = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            try
            {
                await person.StoreAsync($"KEY-{i}", $"value {i}", ct);
                stored[$"KEY-{i}"] = $"value {i}"; // a page that was there already may take a record more
            }
            catch (Client.AgentKeysException e)
            {
                heard.Add(e.Code);
            }
        }
        Assert.Contains("store_unavailable", heard);
        Assert.Empty(heard.Except(["store_unavailable", "audit_unavailable"]));

        disk.Empty();
        await Person.RecoversAsync("audit_unavailable", () => person.StoreAsync("LAST", stored["LAST"] = New, ct));
        foreach (var (name, value) in stored)
            Assert.Equal(value, await person.FetchAsync(name, ct));
        await ExpectSoundLogsAsync(stack);
    }

    [UnprivilegedFact]
    public async Task A_read_only_store_refuses_writes_and_still_reads()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("store-read-only");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await person.StoreAsync("KEY", Old, ct);
        await RestartAsync(stack, ct, ProcessLimits.WithoutPowers);

        var place = Directory.GetDirectories(stack.In("state", "store", "bots"))[0];
        foreach (var readOnly in (string[])[stack.In("state", "store", ".incoming"), Path.Combine(place, "credentials")])
        {
            var objects = Objects(stack);
            using (Rights.Of(readOnly, UnixFileMode.UserRead | UnixFileMode.UserExecute))
            {
                await Person.RefusedAsync("store_unavailable", () => person.StoreAsync("KEY", New, ct));
                await Person.RefusedAsync("store_unavailable", () => person.StoreAsync("OTHER", New, ct));
                Assert.Equal(Old, await person.FetchAsync("KEY", ct));
                Assert.Equal(objects, Objects(stack));
            }
            Assert.Equal(Old, await person.FetchAsync("KEY", ct));
        }
        Assert.Equal(2ul, await person.StoreAsync("KEY", New, ct));
    }

    [UnprivilegedFact]
    public async Task A_log_that_cannot_be_opened_refuses_and_goes_on_by_itself()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("log-read-only");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await person.StoreAsync("KEY", Old, ct);
        await RestartAsync(stack, ct, ProcessLimits.WithoutPowers);

        foreach (var service in stack.Services)
        {
            var (audit, code) = (Path.Combine(stack.StateOf(service), "audit"), stack.CodeWithoutLog(service));
            using (Rights.Of(audit, UnixFileMode.None)) // while it runs
            {
                await Person.RefusedAsync(code, () => person.StoreAsync("KEY", New, ct));
                Assert.Equal(503, (await stack.GetAsync(service, "/readyz", ct)).Status);
            }
            Assert.Equal(Old, await Person.RecoversAsync(code, () => person.FetchAsync("KEY", ct)));

            using (Rights.Of(Path.Combine(audit, "log"), UnixFileMode.UserRead)) // when it starts
            {
                await service.StopAsync();
                await service.StartAsync(ct);
                await Task.Delay(s_untilProofsAreTaken, ct);
                await Person.RefusedAsync(code, () => person.StoreAsync("KEY", New, ct));
                Assert.True(await stack.CountsAuditUnavailableAsync(service, ct));
            }
            Assert.Equal(Old, await Person.RecoversAsync(code, () => person.FetchAsync("KEY", ct)));
        }
        await ExpectSoundLogsAsync(stack);
    }

    [UnprivilegedFact]
    public async Task A_ring_that_takes_no_key_or_cannot_be_read_changes_nothing_for_who_runs()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("ring-read-only");
        await using var stack = await StartAsync(folder, ct);
        using var person = new Person(stack, folder.Machine("person"));
        await person.StoreAsync("KEY", Old, ct);
        await RestartAsync(stack, ct, ProcessLimits.WithoutPowers);
        var ring = stack.In("keys", "ring");

        // Full: 16 bytes are less than a key. (Without write-xor-execute the runtime itself writes no file.)
        await ExpectNoKeyAsync(folder, ring, ["/bin/sh", "-c", "trap '' XFSZ; exec prlimit --fsize=16 \"$@\"", "sh"], ct);
        using (Rights.Of(ring, UnixFileMode.UserRead | UnixFileMode.UserExecute))
            await ExpectNoKeyAsync(folder, ring, ProcessLimits.WithoutPowers, ct);
        using (Rights.Of(ring, UnixFileMode.None))
        {
            Assert.Equal(2ul, await person.StoreAsync("KEY", New, ct));
            Assert.Equal(New, await person.FetchAsync("KEY", ct));
            var (status, body) = await stack.GetAsync(stack.Signer, "/readyz", ct);
            Assert.True(status == 503 && body.Contains("\"name\":\"ring\",\"ok\":false", StringComparison.Ordinal), body);
        }
        Assert.Equal(200, (await stack.GetAsync(stack.Signer, "/readyz", ct)).Status);
        var added = await AddEpochAsync(folder, ring, ProcessLimits.WithoutPowers, ct);
        Assert.True(added is { ExitCode: 0 } && added.Output.Contains("\"epoch\":2", StringComparison.Ordinal), added.Tail);
        Assert.Contains("\"epochs\":\"1,2\"", (await stack.GetAsync(stack.Signer, "/readyz", ct)).Body, StringComparison.Ordinal);
    }

    private static async Task ExpectNoKeyAsync(StackFolder folder, string ring, IReadOnlyList<string> prefix, CancellationToken ct)
    {
        var before = Directory.GetFileSystemEntries(ring);
        var refused = await AddEpochAsync(folder, ring, prefix, ct);
        Assert.True(refused is { ExitCode: 1, Output: "" } && refused.Error.StartsWith("agentkeys: error: ", StringComparison.Ordinal), refused.Tail);
        Assert.Equal(before, Directory.GetFileSystemEntries(ring));
    }

    private static Task<CommandResult> AddEpochAsync(StackFolder folder, string ring, IReadOnlyList<string> prefix, CancellationToken ct)
    {
        string[] command = [.. prefix, "dotnet", folder.Programs.Signer, "epoch", "add", "--ring", ring];
        return Command.RunAsync(command[0], command[1..], folder.Path, ct, new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
    }

    private static async Task<ServiceStack> StartAsync(StackFolder folder, CancellationToken ct) =>
        await ServiceStack.StartAsync(folder, () => folder.Person("person").OkAsync(ct, "init"), ct);

    private static async Task StopAsync(ServiceStack stack)
    {
        foreach (var service in stack.Services.Reverse())
            await service.StopAsync();
    }

    private static async Task RestartAsync(ServiceStack stack, CancellationToken ct, IReadOnlyList<string>? prefix = null)
    {
        await StopAsync(stack);
        foreach (var service in stack.Services)
        {
            service.Prefix = prefix ?? [];
            await service.StartAsync(ct);
        }
        await Task.Delay(s_untilProofsAreTaken, ct);
    }

    /// <summary>Every file of the store, whether an object or not: name, length, time.</summary>
    private static List<string> Objects(ServiceStack stack) =>
        [.. new DirectoryInfo(stack.In("state", "store")).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}")).Order(StringComparer.Ordinal)];

    private static async Task ExpectSoundLogsAsync(ServiceStack stack)
    {
        await StopAsync(stack);
        foreach (var service in stack.Services)
            Assert.NotEmpty(await stack.ReadLogAsync(service));
    }
}
