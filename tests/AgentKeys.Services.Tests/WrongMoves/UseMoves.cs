using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>What was used before, or too often: judged by the append to each verifier's own log.</summary>
internal static class UseMoves
{
    private const string Replayed = "proof_replayed", CapUsed = "cap_replayed";
    private const string ProofOnce = "ReplayTests.A_proof_works_once_also_after_a_restart", CapOnce = "ReplayTests.A_write_cap_works_once_also_after_a_restart";
    private static readonly Cell s_oneLog = Cell.Never("cap routes and explain append to the broker's one log, through one method: the broker's cell");
    private static readonly Cell s_oneProgram = Cell.Never("the workers of both classes are one program: tried with whole processes of credentials, and by the demo with both");
    private static readonly Cell s_noCaps = Cell.Never("the broker mints caps and takes none");

    public static IEnumerable<WrongMove> All { get; } =
    [
        .. VaultStack.Ops.Select(ProofTwice),
        .. VaultStack.Ops.Where(op => op.IsWrite()).Select(CapTwice),
        new("proof replayed",
            Cell.Shown(Replayed, "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown(Replayed, ProofOnce),
            Cell.Shown(Replayed, "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too"))
        {
            Explain = Cell.Shown(Replayed, "ExplainTests.Nothing_is_minted_and_a_proof_works_once"),
            Memory = Cell.Shown(Replayed, ProofOnce),
        },
        new("proof replayed after a restart, which its log remembers",
            Cell.Shown(Replayed, "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown(Replayed, ProofOnce),
            Cell.Shown(Replayed, "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too"))
        {
            Explain = s_oneLog,
            Memory = Cell.Shown(Replayed, ProofOnce),
        },
        new("proof from before the process",
            Cell.Shown("proof_invalid", "CapTests.A_proof_works_once_and_not_again_after_a_restart"),
            Cell.Shown("proof_invalid", "ReplayTests.A_proof_from_before_the_process_is_refused"),
            Cell.Shown("proof_invalid", "RestartMoves.A_proof_from_before_the_signer_is_refused"))
        {
            Explain = s_oneLog,
            Memory = Cell.Shown("proof_invalid", "ReplayTests.A_proof_from_before_the_process_is_refused"),
        },
        new("proof sent many times at once",
            Cell.Shown(Replayed, "CapTests.Of_a_proof_sent_many_times_at_once_one_works"),
            Cell.Shown(Replayed, "RestartMoves.Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer"),
            Cell.Shown(Replayed, "RestartMoves.Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer"))
        {
            Explain = s_oneLog,
            Memory = Cell.Shown(Replayed, "RestartMoves.Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer"),
        },
        new("write cap used twice",
            s_noCaps,
            Cell.Shown(CapUsed, CapOnce),
            Cell.Shown(CapUsed, "SignerGateTests.A_proof_and_a_write_cap_work_once_at_the_signer_too"))
        {
            Memory = Cell.Shown(CapUsed, CapOnce),
        },
        new("write cap used by many at once",
            s_noCaps,
            Cell.Shown(CapUsed, "ReplayTests.Of_many_requests_at_once_with_one_write_cap_exactly_one_wins"),
            Cell.Shown(CapUsed, "RestartMoves.Of_many_requests_at_once_with_one_write_cap_the_signer_serves_one"))
        {
            Memory = Cell.Shown(CapUsed, "ReplayTests.Of_many_requests_at_once_with_one_write_cap_exactly_one_wins"),
        },
        new("write cap used by two processes at once",
            s_noCaps,
            Cell.Shown(CapUsed, "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill"),
            Cell.Never("its callers are workers, and one process serves a class: the state folder's lock, LocalAuditLogLifecycleTests"))
        {
            Memory = s_oneProgram,
        },
        new("write cap used again across SIGKILL",
            s_noCaps,
            Cell.Shown(CapUsed, "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill"),
            Cell.Shown(CapUsed, "UsedTwice.A_write_cap_is_used_once_by_two_processes_at_once_and_across_a_kill"))
        {
            Memory = s_oneProgram,
        },
        new("quota reached",
            Cell.Never("the broker counts no uses; who uses counts them"),
            Cell.Shown("quota_exceeded", "ReplayTests.A_quota_ends_and_begins_anew_with_the_period_or_the_generation"),
            Cell.Shown("quota_exceeded", "SignerGateTests.The_signer_counts_a_grants_uses_itself"))
        {
            Memory = Cell.Shown("quota_exceeded", "ReplayTests.A_quota_ends_and_begins_anew_with_the_period_or_the_generation"),
        },
    ];

    private static WrongMove ProofTwice(CapOp op) =>
        new($"{op.Name()}: the same request twice", Cell.Twice(Replayed, Used.Proof), Cell.Twice(Replayed, Used.Proof), op is CapOp.Store or CapOp.Fetch ? Cell.Twice(Replayed, Used.Proof) : Cell.NoKeys) { Op = op };

    private static WrongMove CapTwice(CapOp op) =>
        new($"{op.Name()}: its cap twice", s_noCaps, Cell.Twice(CapUsed, Used.Cap), op == CapOp.Store ? Cell.Twice(CapUsed, Used.Cap) : Cell.NoKeys) { Op = op };
}
