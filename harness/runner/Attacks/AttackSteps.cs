namespace AgentKeys.Demo.Attacks;

/// <summary>The second half of stage 1: every wrong move against the running stack. One thing is wrong each time, and one answer counts.</summary>
internal static class AttackSteps
{
    public static IReadOnlyList<Step> All { get; } =
    [
        new("cast", "Attackers arrive, and every process of the stack runs by itself, its node behind a relay.", Cast.AssembleAsync, SetUp: true),
        Of("proofs", "Proofs of possession for another request, another time, by another key, or none.", TokenAttacks.ProofsAsync),
        Of("tokens", "Tokens that the broker's stolen key signed, one thing bent in each.", TokenAttacks.TokensAsync),
        Of("caps", "Caps of another chain, registry, epoch or time.", TokenAttacks.CapsAsync),
        Of("crossed", "Each operation's cap on every other's route, and on the other class's.", CrossedAttacks.CrossedAsync),
        Of("whose", "Other people's sessions, actors and devices.", RuleAttacks.WhoseAsync),
        Of("grants", "Services that are not granted, not any more, not for writing, not that often.", RuleAttacks.GrantsAsync),
        new("roles", "A device loses a role and an operator its wallet, while their sessions and caps live on.", RoleAttacks.RolesAsync),
        Of("replays", "Proofs and write caps used twice, and by eight at once.", UseAttacks.ReplaysAsync),
        Of("storage", "Storage sessions that are missing, partial or somebody else's.", StoreAttacks.SessionsAsync),
        Of("signer", "A worker that asks the signer for what is not its client's.", StoreAttacks.SignerAsync),
        Of("objects", "A hand in the store: objects flipped, cut, moved, swapped, put back, deleted.", StoreAttacks.ObjectsAsync),
        Of("chain", "A chain that is down, hangs, lies, says nothing or lags.", ChainAttacks.NodesAsync),
        Of("killed", "Everything is killed with SIGKILL, and what was used before is used again.", UseAttacks.KilledAsync),
        new("revoked", "The agent is revoked while it holds a session, a cap and a storage token.", RuleAttacks.RevokedAsync),
    ];

    private static Step Of(string name, string story, Func<Scene, CancellationToken, Task<string>> run) => new(name, story, (context, ct) =>
    {
        context.Scene!.Renew();
        return run(context.Scene, ct);
    });
}
