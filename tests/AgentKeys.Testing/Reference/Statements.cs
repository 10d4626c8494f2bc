namespace AgentKeys.Testing.Reference;

/// <summary>Who approves, how many and by which counter: SPEC section 3.1.</summary>
public enum ApprovalKind
{
    Give = 0,
    Take = 1,
    Recover = 2,
    Propose = 3,
}

/// <summary><c>voids &lt;&lt; 128 | counter</c>.</summary>
public readonly record struct ApprovalNonce(ulong Voids, ulong Counter)
{
    public string ToWord() => Word.Of(Voids)[32..] + Word.Of(Counter)[32..];
}

/// <summary>What a passkey is shown: the challenge's words before they are hashed.</summary>
/// <param name="Contract"><see cref="Call.Registry"/>, <see cref="Call.Scope"/>, <see cref="Call.Proposals"/> or the address of a foreign caller.</param>
/// <param name="Fields">abi.encode(fields), in hex.</param>
public sealed record Statement(string Operation, string Contract, string Operator, ApprovalNonce Nonce, ulong Deadline, string Fields)
{
    public ulong ChainId { get; init; } = Chain.Anvil.ChainId;
}

/// <summary>How an assertion is bent, if it is: the SPEC's names of section 3.4.</summary>
public enum AssertionFlaw
{
    None,
    UserNotPresent,
    UserNotVerified,
    BackupStateInvalid,
    TypeMismatch,
    CrossOrigin,
    SignatureInvalid,
}

/// <summary>One assertion by the passkey whose private key belongs to (X, Y), over a statement.</summary>
public sealed record Assertion(string X, string Y, string RpIdHash, string OriginHash, Statement Statement, AssertionFlaw Flaw = AssertionFlaw.None);

/// <summary>An assertion in the name of a master.</summary>
public sealed record Approval(string Device, ulong Deadline, Assertion Assertion);

/// <summary>Five words; an <see cref="OriginHash"/> of zero: origins are not compared.</summary>
public sealed record ModelPasskey(string CredIdHash, string X, string Y, string RpIdHash, string OriginHash)
{
    public string Words => CredIdHash + X + Y + RpIdHash + OriginHash;
}

/// <summary>What a new K10 signs (section 3.3). <paramref name="Passkey"/>: its five words, empty for an agent.</summary>
public sealed record Registration(string Operation, string Operator, string Actor, int Tier, int Roles, string Passkey, ulong Deadline);

/// <param name="Signer">Address of the key that really signed.</param>
/// <param name="HighS">Signed in the other spelling, with s above half the order.</param>
public sealed record DeviceProof(string Signer, Registration Signed, bool HighS = false);

/// <summary>What a new wallet signs.</summary>
public sealed record Consent(string Operation, string Operator, string Wallet, ulong Deadline);

/// <param name="Signer">Address of the key that really signed.</param>
public sealed record ConsentProof(string Signer, Consent Signed);

public sealed record Grant(string ServiceHash, byte DataClasses, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds)
{
    public string Words => ServiceHash + Word.Of(DataClasses) + Word.Of(ReadOnly) + Word.Of(ExpiresAt) + Word.Of(MaxCalls) + Word.Of(PeriodSeconds);
}
