using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>authorized: written before the act. outcome: written after it, pointing back.</summary>
public enum AuditPhase : byte
{
    Authorized = 0,
    Outcome = 1,
}

/// <summary>
/// One entry of the audit log, version 1 (SPEC.md, "Audit record"). A CBOR map; see <see cref="AuditRecordCodec"/> for the bytes.
/// Holds hashes of sealed objects and salted commitments, never a secret, a token or a bare hash of something short.
/// </summary>
public sealed record AuditRecord
{
    public const byte FormatVersion = 1;

    /// <summary>Longest encoding accepted, in bytes.</summary>
    public const int MaxLength = 16 * 1024;

    public const int MaxVerifierLength = 64;
    public const int MaxJtiLength = 128;
    public const int MaxIntentBytes = 1024;
    public const int MaxBodyBytes = 8 * 1024;

    /// <summary>The result of an act that was done.</summary>
    public const string Ok = "ok";

    /// <summary>Server time in unix milliseconds.</summary>
    public required ulong Time { get; init; }

    /// <summary>Zero (with actor and device) in a record that a process writes about itself.</summary>
    public required Omni Operator { get; init; }

    public required Omni Actor { get; init; }
    public required DeviceKeyHash Device { get; init; }
    public required AuditOpKind Op { get; init; }
    public required AuditPhase Phase { get; init; }

    /// <summary>Leaf of the authorized record; outcome only, required there.</summary>
    public Bytes32? Ref { get; init; }

    /// <summary>The block whose facts decided.</summary>
    public ulong? Block { get; init; }

    /// <summary><see cref="Ok"/> or a refusal code's wire name; outcome only, required there.</summary>
    public string? Result { get; init; }

    /// <summary>Which process wrote it: <c>worker:credentials</c>, <c>broker</c>, <c>signer:credentials</c>.</summary>
    public required string Verifier { get; init; }

    /// <summary>Thumbprint of the proof's key; authorized only, with <see cref="ProofJti"/> or not at all.</summary>
    public Bytes32? Jkt { get; init; }

    public string? ProofJti { get; init; }
    public string? CapJti { get; init; }
    public ObjectName? Object { get; init; }

    /// <summary>Needs <see cref="Object"/>.</summary>
    public ulong? ObjectVersion { get; init; }

    /// <summary>Needs <see cref="ObjectVersion"/>: the version at which the object ceased to be.</summary>
    public bool Deleted { get; init; }

    /// <summary>SHA-256 of the sealed object.</summary>
    public Bytes32? SealedHash { get; init; }

    public ulong? ScopeGeneration { get; init; }

    /// <summary>Unix seconds / period of the grant; needs <see cref="Object"/> and <see cref="ScopeGeneration"/>: the call was counted.</summary>
    public ulong? QuotaPeriod { get; init; }

    public string? Intent { get; init; }
    public Bytes32? IntentCommitment { get; init; }
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>RFC 6962 leaf: SHA-256(0x00 || encoded record).</summary>
    public static Bytes32 LeafOf(ReadOnlySpan<byte> encoded)
    {
        Span<byte> hash = stackalloc byte[32];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0]);
        sha.AppendData(encoded);
        sha.GetHashAndReset(hash);
        return new Bytes32(hash);
    }
}
