using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKeys.Services;

/// <summary>
/// <c>audit reopen --reason TEXT [--config FILE]</c> of every service: begins its audit log anew after damage or loss (SPEC.md section
/// 10.3). Only a person decides this, so nothing else calls it. One JSON object for each new log on stdout, words on stderr.
/// </summary>
internal static class AuditReopen
{
    private const int NotDone = 1;
    private const int NotUnderstood = 2;

    public static bool IsAsked(string[] args) => args is ["audit", ..];

    /// <param name="places">the service's logs by its settings, which may be wrong.</param>
    /// <param name="needed">option that this service needs as well; null for none.</param>
    /// <returns>exit code: 0 done, 1 not done, 2 not understood, 78 wrong settings.</returns>
    public static async Task<int> RunAsync(
        string[] args, Func<WebApplicationBuilder, string?, IReadOnlyList<AuditPlace>> places, string? needed = null)
    {
        string[] names = needed is null ? ["--reason", "--config"] : ["--reason", "--config", needed];
        if (args is not ["audit", "reopen", .. var rest] || NamedArguments.Read(rest, names) is not { } options
            || !options.TryGetValue("--reason", out var reason) || (needed is not null && !options.ContainsKey(needed)))
            return Fail(NotUnderstood, $"usage: audit reopen{(needed is null ? "" : $" {needed} NAME")} --reason TEXT [--config FILE]");
        if (reason.Trim().Length == 0 || Encoding.UTF8.GetByteCount(reason) > AuditRecord.MaxIntentBytes)
            return Fail(NotUnderstood, $"--reason: 1 to {AuditRecord.MaxIntentBytes} bytes of text; it becomes the new log's first record");
        if (!ServiceStart.TryCreateBuilder(options.GetValueOrDefault("--config"), out var builder, out var problem))
            return ServiceStart.Fail([problem]);
        try
        {
            return await ReopenAsync(places(builder, needed is null ? null : options[needed]), reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(NotDone, e.Message);
        }
        catch (Exception e) when (ServiceStart.ErrorsIn(e) is { Count: > 0 } errors)
        {
            return ServiceStart.Fail(errors);
        }
    }

    /// <summary>A service with several logs needs only the broken ones anew; what is sound is left alone.</summary>
    private static async Task<int> ReopenAsync(IReadOnlyList<AuditPlace> places, string reason)
    {
        var done = 0;
        foreach (var place in places)
        {
            if (!(await LocalAuditLog.ReopenAsync(place.Options(TimeProvider.System, NullLogger.Instance), reason)).IsOk(out var log, out var refusal))
            {
                Fail(NotDone, $"{place.Verifier}: {refusal.Detail}");
                continue;
            }
            await using (log)
                Tell(place, log.PutAside);
            done++;
        }
        return done > 0 ? 0 : NotDone;
    }

    private static void Tell(AuditPlace place, string? aside)
    {
        var kept = aside is null ? null : Path.Combine(place.Folder, aside);
        Console.Out.WriteLine(new JsonObject { ["verifier"] = place.Verifier, ["folder"] = place.Folder, ["kept"] = kept }.ToJsonString());
        Say($"the audit log of {place.Verifier} begins anew in {place.Folder}; its first record holds the reason");
        Say(kept is null ? "nothing was left of the old log" : $"what was left of the old log is kept in {kept}");
        Say("warning: forgotten with the old log: proofs of the last minute and write caps of the last 15 minutes can be used again, "
            + "quotas count from zero, and an object that was put back to an older version passes for the newest one");
        Say("a running service takes the new log up by itself");
    }

    private static void Say(string line) => Console.Error.WriteLine($"agentkeys: {line}");

    private static int Fail(int code, string message)
    {
        Say($"error: {message}");
        return code;
    }
}
