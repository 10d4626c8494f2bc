using System.Diagnostics.CodeAnalysis;
using AgentKeys.Services;

namespace AgentKeys.Worker;

/// <summary><c>--role NAME [--config FILE]</c>, in any order, each at most once.</summary>
internal static class Arguments
{
    public static string Roles => string.Join('|', WorkerRole.All.Select(r => r.Name));

    public static string Usage => $"usage: AgentKeys.Worker --role {Roles} [--config FILE] | audit reopen --role {Roles} --reason TEXT [--config FILE]";

    public static bool TryParse(string[] args, out string? config, [NotNullWhen(true)] out WorkerRole? role)
    {
        var options = NamedArguments.Read(args, "--role", "--config");
        config = options?.GetValueOrDefault("--config");
        role = WorkerRole.Find(options?.GetValueOrDefault("--role"));
        return role is not null;
    }
}
