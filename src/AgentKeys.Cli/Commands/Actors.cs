using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What <c>--agent</c> names.</summary>
internal static class Actors
{
    /// <summary>A name of this home's agents, or an actor's omni as it is; null: this machine's own actor.</summary>
    public static Omni? Find(CommandContext context, string? agent) => agent switch
    {
        null => null,
        _ when Omni.TryParse(agent, out var omni) => omni,
        _ => Omni.Parse(context.Home.Agent(agent).ActorOmni),
    };

    /// <summary>A typed name as the service that caps and grants speak of.</summary>
    public static ServiceName Service(string typed) => ServiceName.TryFromTyped(typed, out var service)
        ? service
        : throw CliException.Usage($"{Quoted(typed)} is not a name: up to 64 of A-Z a-z 0-9 _ . : -, beginning with a letter or digit.");

    /// <summary>A typed <c>NAMESPACE/KEY</c> as the object that caps speak of.</summary>
    public static ObjectName MemoryName(string typed) =>
        typed.Split('/') is [var space, var key] && ServiceName.TryFromTyped(space, out var service) && ServiceName.TryFromTyped(key, out var inside)
            ? new ObjectName(service, inside)
            : throw CliException.Usage($"{Quoted(typed)} is not NAMESPACE/KEY: each up to 64 of A-Z a-z 0-9 _ . : -, beginning with a letter or digit.");

    private static string Quoted(string typed) => typed.Length <= 64 ? $"'{typed}'" : $"'{typed[..64]}...'";
}
