using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;

namespace AgentKeys.Services.Tests.WrongMoves;

internal enum Verifier
{
    Broker,
    Worker,
    Signer,
}

/// <summary>One thing bent, and what each verifier makes of it.</summary>
internal sealed record WrongMove(string Name, Cell Broker, Cell Worker, Cell Signer)
{
    public Cell this[Verifier verifier] => verifier switch
    {
        Verifier.Broker => Broker,
        Verifier.Worker => Worker,
        _ => Signer,
    };

    public override string ToString() => Name;
}

/// <summary>
/// What one verifier does about one move: refuses it with exactly this code, made here or shown by a test that stands elsewhere; or the
/// move cannot be made there, for a reason.
/// </summary>
internal sealed record Cell
{
    /// <summary>The refusal; null where the move does not apply.</summary>
    public string? Code { get; private init; }

    /// <summary>Why the move cannot be made at this verifier.</summary>
    public string? Because { get; private init; }

    /// <summary><c>Class.Method</c> of the test that makes the move; null where the table makes it itself.</summary>
    public string? ShownBy { get; private init; }

    public Action<BrokerRig, BrokerCall>? AtBroker { get; private init; }

    /// <summary>Bends a store, sent to the worker or its cap and proof to the signer.</summary>
    public Action<VaultStack, VaultCall>? AtVault { get; private init; }

    public bool IsMadeHere => AtBroker is not null || AtVault is not null;

    public static Cell Broker(string code, Action<BrokerRig, BrokerCall> bend) => new() { Code = code, AtBroker = bend };

    public static Cell Vault(string code, Action<VaultStack, VaultCall> bend) => new() { Code = code, AtVault = bend };

    public static Cell Shown(string code, string test) => new() { Code = code, ShownBy = test };

    public static Cell Never(string because) => new() { Because = because };
}
