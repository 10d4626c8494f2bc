using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;

namespace AgentKeys.Services.Tests.WrongMoves;

internal enum Verifier
{
    Broker,

    /// <summary>The broker asked whether it would mint.</summary>
    Explain,

    /// <summary>The worker of credentials.</summary>
    Worker,

    /// <summary>The worker of memory.</summary>
    Memory,
    Signer,
}

/// <summary>One thing bent, and what each verifier makes of it.</summary>
internal sealed record WrongMove(string Name, Cell Broker, Cell Worker, Cell Signer)
{
    /// <summary>What is bent is a valid request for this.</summary>
    public CapOp Op { get; init; } = CapOp.Store;

    /// <summary>What the broker refuses to mint it refuses to promise, with the same code.</summary>
    public Cell Explain { get; init; } = Broker.OrHole();

    /// <summary>One program serves both classes: where a move is made here, it is made at both.</summary>
    public Cell Memory { get; init; } = Worker.OrHole();

    public Cell this[Verifier verifier] => verifier switch
    {
        Verifier.Broker => Broker,
        Verifier.Explain => Explain,
        Verifier.Worker => Worker,
        Verifier.Memory => Memory,
        _ => Signer,
    };

    public override string ToString() => Name;
}

internal enum Used
{
    Nothing,

    /// <summary>The very same bytes.</summary>
    Proof,

    /// <summary>The same cap with a proof of its own.</summary>
    Cap,
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

    /// <summary>Bends a request, sent to the worker or its cap and proof to the signer.</summary>
    public Action<VaultStack, VaultCall>? AtVault { get; private init; }

    /// <summary>The store refuses, at the act: that is on record by then, and no object may have changed.</summary>
    public bool AtTheAct { get; private init; }

    /// <summary>What was used before, in a request that was allowed.</summary>
    public Used Used { get; private init; }

    public bool IsMadeHere => AtBroker is not null || AtVault is not null;

    public static Cell Broker(string code, Action<BrokerRig, BrokerCall> bend) => new() { Code = code, AtBroker = bend };

    public static Cell Vault(string code, Action<VaultStack, VaultCall> bend) => new() { Code = code, AtVault = bend };

    /// <summary>Bends the store itself, or what only the store judges.</summary>
    public static Cell Act(string code, Action<VaultStack, VaultCall> bend) => new() { Code = code, AtVault = bend, AtTheAct = true };

    /// <summary>The unbent request is sent twice.</summary>
    public static Cell Twice(string code, Used used) => new() { Code = code, Used = used, AtBroker = (_, _) => { }, AtVault = (_, _) => { } };

    public static Cell Shown(string code, string test) => new() { Code = code, ShownBy = test };

    public static Cell Never(string because) => new() { Because = because };

    /// <summary>List, delete and teardown at the signer.</summary>
    public static Cell NoKeys { get; } = Never("the signer has keys for stores and fetches; a cap of another op at its routes is a row of its own");

    /// <summary>This, or where a test elsewhere makes the move, which it makes at one verifier only, an empty cell.</summary>
    public Cell OrHole() => ShownBy is null ? this : new Cell();
}
