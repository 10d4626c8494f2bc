using System.Numerics;

namespace AgentKeys.Protocol;

/// <summary>
/// The 32 bytes that a passkey signs when a master approves:
/// <c>keccak256(abi.encode(op, chainid, verifyingContract, operator, nonce, deadline, fieldsHash))</c>. They go to the browser as
/// they are (WebAuthn hashes them once more with everything else; nobody hashes them in between).
/// </summary>
public static class ApprovalChallenge
{
    /// <param name="verifyingContract">the contract that acts: the registry, or the one that calls its consumeApprovals.</param>
    /// <param name="nonce">the contract's word voids &lt;&lt; 128 | counter; for a new master the operator's counter alone, 0 for a first one.</param>
    /// <param name="deadline">Unix seconds of the chain's clock, the approval's own, at most 7 days after the submitting block.</param>
    /// <param name="fieldsHash">of <see cref="ApprovalFields"/>.</param>
    public static Bytes32 Compute(
        ApprovalOperation operation, ulong chainId, AccountAddress verifyingContract, Omni operatorOmni, BigInteger nonce, ulong deadline, Bytes32 fieldsHash) =>
        AbiWords.Hash(operation.Id, AbiWords.UInt(chainId), AbiWords.Address(verifyingContract), operatorOmni.Value, AbiWords.UInt(nonce),
            AbiWords.UInt(deadline), fieldsHash);
}
