using System.Text.Json;

namespace AgentKeys.Testing.Processes;

/// <summary>The command line, as a person on one machine uses it: their own home folder, their own passkey.</summary>
/// <param name="home">the home folder of that machine.</param>
/// <param name="devState">state folder of the stack it talks to.</param>
/// <param name="browser">what BROWSER names; null: no ceremony can be answered.</param>
public sealed class AgentKeysCli(Programs programs, string home, string devState, string? browser)
{
    /// <summary>Exit code of a command that a service or the chain refused.</summary>
    public const int Refused = 3;

    public string Home => home;

    public Task<CommandResult> RunAsync(CancellationToken ct, string? input, params string[] arguments) => Command.RunAsync(
        "dotnet", [programs.Cli, "--home", home, .. arguments], programs.Root, ct, Environment(), input, TimeSpan.FromSeconds(60));

    /// <summary>Runs and expects success; gives standard output.</summary>
    public async Task<string> OkAsync(CancellationToken ct, params string[] arguments) => await OkWithInputAsync(ct, null, arguments);

    public async Task<string> OkWithInputAsync(CancellationToken ct, string? input, params string[] arguments)
    {
        var result = await RunAsync(ct, input, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new UnexpectedOutcomeException($"agentkeys {string.Join(' ', arguments)} exited with {result.ExitCode}: {result.Tail}");
    }

    /// <summary>Runs with --json and expects success; gives the answer's root, which is what docs/cli.schema.json says.</summary>
    public Task<JsonElement> JsonAsync(CancellationToken ct, params string[] arguments) => JsonWithInputAsync(ct, null, arguments);

    public async Task<JsonElement> JsonWithInputAsync(CancellationToken ct, string? input, params string[] arguments)
    {
        using var document = JsonDocument.Parse(await OkWithInputAsync(ct, input, [.. arguments, "--json"]));
        CliSchema.Expect(document.RootElement, CliSchema.CommandOf(arguments) ?? throw new UnexpectedOutcomeException($"docs/cli.schema.json has nothing for agentkeys {string.Join(' ', arguments.Take(2))}."));
        return document.RootElement.Clone();
    }

    /// <summary>Expects exactly this refusal, nothing else counts; gives the refusal's JSON.</summary>
    public Task<JsonElement> RefusedAsync(CancellationToken ct, string code, params string[] arguments) => RefusedWithInputAsync(ct, code, null, arguments);

    public async Task<JsonElement> RefusedWithInputAsync(CancellationToken ct, string code, string? input, params string[] arguments)
    {
        var result = await RunAsync(ct, input, [.. arguments, "--json"]);
        if (result.ExitCode != Refused)
            throw new UnexpectedOutcomeException($"agentkeys {string.Join(' ', arguments)} should be refused with {code}, but exited with {result.ExitCode}: {result.Tail}");
        var answer = ReadRefusal(result);
        var actual = answer.GetProperty("code").GetString();
        return actual == code ? answer : throw new UnexpectedOutcomeException($"expected the refusal {code}, got {actual}: {result.Tail}");
    }

    private static JsonElement ReadRefusal(CommandResult result)
    {
        try
        {
            using var document = JsonDocument.Parse(result.Output);
            CliSchema.Expect(document.RootElement, "error");
            return document.RootElement.GetProperty("error").Clone();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new UnexpectedOutcomeException("a refusal must be JSON with --json: " + result.Tail);
        }
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["AGENTKEYS_NETWORK"] = Path.Combine(devState, "network.json"),
        ["BROWSER"] = browser ?? "false",
        ["NO_COLOR"] = "1",
    };
}
