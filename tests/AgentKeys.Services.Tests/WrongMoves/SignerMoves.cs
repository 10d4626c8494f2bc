namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>What only a worker, or somebody who plays one, can do wrong.</summary>
internal static class SignerMoves
{
    private static readonly Cell s_broker = Cell.Never("the broker neither asks the signer nor is asked by it");
    private static readonly Cell s_client = Cell.Never("no client reaches the signer; what the worker makes of the refusal is FaultTests");

    public static IEnumerable<WrongMove> All { get; } =
    [
        AtSigner("signer configured for another uid", "unauthorized", "SignerGateTests.A_peer_of_another_user_is_unauthorized", "signer_unavailable"),
        AtSigner("signer asked by a process of a real other uid", "unauthorized", "SignerSocketTests.A_real_process_of_another_user_is_unauthorized"),
        AtSigner("signer asked for a class that the peer does not serve", "unauthorized", "SignerGateTests.A_class_that_the_peer_does_not_serve_is_unauthorized", "signer_unavailable"),
        AtSigner("write cap to unwrap", "cap_op_mismatch", "SignerGateTests.The_cap_of_one_operation_does_not_do_the_other"),
        AtSigner("read cap to generate", "cap_op_mismatch", "SignerGateTests.The_cap_of_one_operation_does_not_do_the_other"),
        AtSigner("wrap of another name, actor or class", "object_corrupt", "SignerGateTests.A_wrap_opens_in_no_other_context"),
        AtSigner("wrap of another epoch, key id or kind", "actor_key_unavailable", "SignerGateTests.A_wrap_opens_in_no_other_context"),
        AtSigner("operator, actor or name in the signer's body", "invalid_input", "SignerGateTests.An_unwrap_body_of_another_shape_is_invalid"),
    ];

    private static WrongMove AtSigner(string name, string code, string test, string? workerSays = null) =>
        new(name, s_broker, workerSays is null ? s_client : Cell.Shown(workerSays, test), Cell.Shown(code, test)) { Memory = workerSays is null ? s_client : Cell.Shown(workerSays, test) };
}
