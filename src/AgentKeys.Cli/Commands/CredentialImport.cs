using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys cred import</c>. The whole file is read and checked before anything is stored. A run that broke off names what is
/// stored; running it again stores all of it again, under the same names.
/// </summary>
internal static class CredentialImport
{
    private const int MaxFileBytes = 1024 * 1024;

    public static async Task<int> RunAsync(CommandContext context, string file, string? agent, CancellationToken cancel)
    {
        var entries = Read(context.PathOf(file), file);
        try
        {
            using var services = new Services(context);
            var actor = Actors.Find(context, agent);
            var stored = new JsonArray();
            foreach (var entry in entries)
            {
                var version = await StoreAsync(services, entry, actor, stored.Count, entries.Count, cancel);
                stored.Add(new JsonObject { ["name"] = entry.Name, ["version"] = version });
                context.Output.Say($"{stored.Count}/{entries.Count} {entry.Name}");
            }
            var answer = new JsonObject { ["stored"] = stored.Count, ["agent"] = agent, ["credentials"] = stored };
            context.Output.Answer(answer, () => context.Output.Say($"stored {stored.Count} credentials{(agent is null ? "" : $" for {agent}")}; the file {file} still holds them in clear"));
            return ExitCode.Ok;
        }
        finally
        {
            foreach (var entry in entries)
                CryptographicOperations.ZeroMemory(entry.Value);
        }
    }

    private static async Task<ulong> StoreAsync(Services services, EnvEntry entry, Omni? actor, int done, int all, CancellationToken cancel)
    {
        try
        {
            return await services.UseAsync(client => client.Credentials.StoreAsync(entry.Name, entry.Value, actor, cancel: cancel));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = Failures.Explain(e);
            throw new CliException(failure.ExitCode, $"{entry.Name}: {failure.Message} ({done} of {all} are stored)", failure.Hint ?? "run the import again: names already stored are stored once more, not twice", e)
            {
                Code = failure.Code,
                Block = failure.Block,
            };
        }
    }

    private static IReadOnlyList<EnvEntry> Read(string path, string shown)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
            throw CliException.Usage($"{shown} is larger than 1 MiB.");
        var bytes = File.ReadAllBytes(path);
        try
        {
            var entries = EnvFile.Parse(bytes);
            foreach (var entry in entries)
                Check(entry, shown);
            return entries.Count > 0 ? entries : throw CliException.Usage($"{shown} holds no NAME=value line.");
        }
        catch (EnvFileException e)
        {
            throw CliException.Usage($"{shown}, {e.Message}", "nothing was stored");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Check(EnvEntry entry, string shown)
    {
        if (!ServiceName.TryFromTyped(entry.Name, out _))
            throw CliException.Usage($"{shown}, line {entry.Line}: {entry.Name} is not a name of a credential.", "up to 64 of A-Z a-z 0-9 _ . : -, beginning with a letter or digit; nothing was stored");
        if (entry.Value.Length == 0)
            throw CliException.Usage($"{shown}, line {entry.Line}: {entry.Name} has no value.", "remove the line or comment it out; nothing was stored");
        if (entry.Value.Length > SecretInput.MaxBytes)
            throw CliException.Usage($"{shown}, line {entry.Line}: {entry.Name} is larger than 64 KiB.", "nothing was stored");
    }
}
