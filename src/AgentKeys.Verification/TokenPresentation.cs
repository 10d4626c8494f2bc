using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>What caps and sessions have in common: how they are sent and how a proof is bound to them.</summary>
internal static class TokenPresentation
{
    private const string Scheme = "DPoP ";

    private static readonly Refusal s_otherKey = new(RefusalCode.ProofInvalid, "The DPoP proof was made by another key than this token names.");
    private static readonly Refusal s_otherDevice = new(RefusalCode.DeviceBindingMismatch, "The DPoP proof was made by another device than this token names.");

    /// <summary>The token of <c>Authorization: DPoP &lt;token&gt;</c>; null for anything else, <c>Bearer</c> above all.</summary>
    /// <remarks>The scheme is case-insensitive (RFC 9110 section 11.1), the rest is exact.</remarks>
    public static string? ReadToken(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : null;

    /// <summary>The proof, and that its key is the one that the token was given to.</summary>
    public static Result<VerifiedProof> VerifyProof(string? dpop, ProofExpectation expected, Bytes32 jkt, DeviceKeyHash device)
    {
        if (!ProofOfPossession.Verify(dpop, expected).IsOk(out var proof, out var refusal))
            return refusal;
        if (proof.Jkt != jkt)
            return s_otherKey;
        return proof.Device == device ? proof : s_otherDevice;
    }
}
