namespace AgentKeys.Tests.Recovery;

/// <summary>
/// An operator of at most five masters, as far as recovery sees it. Slots are numbered from 0; a slot with roles 0 is revoked.
/// </summary>
/// <param name="Roles">Three bits for each slot.</param>
/// <param name="Proposals">Five bits for each proposer: target + 1 (0: none) and, above it, for how many delays it has been open.</param>
internal readonly record struct Board(uint Roles, uint Proposals, byte RecoveryThreshold, byte GrantThreshold)
{
    public const int Slots = 5;
    public const byte Recovery = 2;
    public const byte ScopeMgmt = 4;

    public static Board Of(byte recoveryThreshold, byte grantThreshold, params ReadOnlySpan<byte> roles)
    {
        var board = new Board(0, 0, recoveryThreshold, grantThreshold);
        for (var slot = 0; slot < roles.Length; slot++)
            board = board.WithRoles(slot, roles[slot]);
        return board;
    }

    public byte RolesOf(int slot) => (byte)((Roles >> (3 * slot)) & 7);

    public Board WithRoles(int slot, byte roles) => this with { Roles = (Roles & ~(7U << (3 * slot))) | ((uint)roles << (3 * slot)) };

    /// <summary>Target and age of the slot's proposal, or null.</summary>
    public (int Target, int Age)? ProposalOf(int slot)
    {
        var bits = (Proposals >> (5 * slot)) & 31;
        return (bits & 7) == 0 ? null : ((int)(bits & 7) - 1, (int)(bits >> 3));
    }

    public Board WithProposal(int slot, (int Target, int Age)? proposal)
    {
        var bits = proposal is { } p ? (uint)(p.Target + 1) | ((uint)p.Age << 3) : 0;
        return this with { Proposals = (Proposals & ~(31U << (5 * slot))) | (bits << (5 * slot)) };
    }

    /// <summary>How many of these slots are active with the role.</summary>
    public int Count(int slots, byte role)
    {
        var count = 0;
        for (var slot = 0; slot < Slots; slot++)
            count += ((slots >> slot) & 1) != 0 && (RolesOf(slot) & role) != 0 ? 1 : 0;
        return count;
    }

    public bool HasActive(int slots)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (((slots >> slot) & 1) != 0 && RolesOf(slot) != 0)
                return true;
        }

        return false;
    }

    public bool IsQuorum(int slots) => Count(slots, Recovery) >= RecoveryThreshold;

    /// <summary>Every operation is open to them: recovering and giving.</summary>
    public bool HasEverything(int slots) => IsQuorum(slots) && Count(slots, ScopeMgmt) >= GrantThreshold;

    public override string ToString()
    {
        var board = this;
        var roles = Enumerable.Range(0, Slots).Select(s => board.RolesOf(s));
        var proposals = Enumerable.Range(0, Slots).Select(s => board.ProposalOf(s) is { } p ? $"{s}->{p.Target} age {p.Age}" : "-");
        return $"roles {string.Join(' ', roles)}, thresholds {RecoveryThreshold} and {GrantThreshold}, proposals {string.Join(' ', proposals)}";
    }
}
