using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Worker;

/// <summary><c>--role NAME [--config FILE]</c>, in any order, each at most once.</summary>
internal static class Arguments
{
    public static string Usage => $"usage: AgentKeys.Worker --role {string.Join('|', WorkerRole.All.Select(r => r.Name))} [--config FILE]";

    public static bool TryParse(string[] args, out string? config, [NotNullWhen(true)] out WorkerRole? role)
    {
        (config, role) = (null, null);
        if (args.Length % 2 != 0)
            return false;
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] == "--role" && role is null && WorkerRole.Find(args[i + 1]) is { } found)
                role = found;
            else if (args[i] == "--config" && config is null)
                config = args[i + 1];
            else
                return false;
        }
        return role is not null;
    }
}
