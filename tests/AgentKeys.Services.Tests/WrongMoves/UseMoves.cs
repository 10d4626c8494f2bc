namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>What was used before, or too often: judged by the append to each verifier's own log.</summary>
internal static class UseMoves
{
    private static readonly Cell s_noCaps = Cell.Never("the broker mints caps and takes none");

    public static IEnumerable<WrongMove> All { get; } =
    [
        new("proof replayed",
            Cell.Shown("proof_replayed", "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown("proof_replayed", "ReplayTests.A_proof_works_once_also_after_a_restart"),
            Cell.Shown("proof_replayed", "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too")),
        new("proof replayed after a restart, which its log remembers",
            Cell.Shown("proof_replayed", "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown("proof_replayed", "ReplayTests.A_proof_works_once_also_after_a_restart"),
            Cell.Shown("proof_replayed", "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too")),
        new("proof from before the process",
            Cell.Shown("proof_invalid", "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown("proof_invalid", "ReplayTests.A_proof_from_before_the_process_is_refused"),
            Cell.Shown("proof_invalid", "RestartMoves.A_proof_from_before_the_signer_is_refused")),
        new("proof sent many times at once",
            Cell.Shown("proof_replayed", "CapTests.Of_a_proof_sent_many_times_at_once_one_works"),
            Cell.Shown("proof_replayed", "RestartMoves.Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer"),
            Cell.Shown("proof_replayed", "RestartMoves.Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer")),
        new("write cap used twice",
            s_noCaps,
            Cell.Shown("cap_replayed", "ReplayTests.A_write_cap_works_once_also_after_a_restart"),
            Cell.Shown("cap_replayed", "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too")),
        new("write cap used by many at once",
            s_noCaps,
            Cell.Shown("cap_replayed", "ReplayTests.Of_many_requests_at_once_with_one_write_cap_exactly_one_wins"),
            Cell.Shown("cap_replayed", "RestartMoves.Of_many_requests_at_once_with_one_write_cap_the_signer_serves_one")),
        new("write cap used by two processes at once",
            s_noCaps,
            Cell.Shown("cap_replayed", "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill"),
            Cell.Never("its callers are workers, and one process serves a class: the state folder's lock, LocalAuditLogLifecycleTests")),
        new("write cap used again across SIGKILL",
            s_noCaps,
            Cell.Shown("cap_replayed", "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill"),
            Cell.Shown("cap_replayed", "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill")),
        new("quota reached",
            Cell.Never("the broker counts no uses; who uses counts them"),
            Cell.Shown("quota_exceeded", "ReplayTests.A_quota_ends_and_begins_anew_with_the_period_or_the_generation"),
            Cell.Shown("quota_exceeded", "SignerGateTests.The_signer_counts_a_grants_uses_itself")),
    ];
}
