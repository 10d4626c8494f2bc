using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>
/// Which of the signer's refusals are about the client's request and reach the client. The others (this worker is not listed, our call
/// was malformed, the signer's chain or log is down) are between the two of us: the client sees <c>signer_unavailable</c>. Above all a
/// <c>not_found</c> of the signer never says that the client's object is missing.
/// </summary>
internal static class SignerRefusals
{
    /// <returns>null for a refusal that stays with us.</returns>
    /// <param name="code">the signer's; only its code is believed, the words are ours.</param>
    public static Refusal? Translate(string? code, ulong? block, TimeSpan? retryAfter)
    {
        if (!RefusalCodes.TryParse(code, out var known) || !IsAboutTheRequest(known))
            return null;
        var refusal = new Refusal(known, WordsOf(known)) { Block = block };
        return known == RefusalCode.QuotaExceeded
            ? refusal with { RetryAfterSeconds = Math.Max(1, (int)Math.Min(int.MaxValue, retryAfter?.TotalSeconds ?? 1)) }
            : refusal;
    }

    private static bool IsAboutTheRequest(RefusalCode code) => code switch
    {
        RefusalCode.CapInvalid or RefusalCode.CapExpired or RefusalCode.ProofInvalid or RefusalCode.CapReplayed or RefusalCode.ProofReplayed => true,
        RefusalCode.ChainBehind or RefusalCode.QuotaExceeded => true,
        RefusalCode.ObjectCorrupt or RefusalCode.ActorKeyUnavailable or RefusalCode.K3EpochPending => true,
        RefusalCode.StorageSessionRefused => false,
        _ => code.Status() == 403,
    };

    private static string WordsOf(RefusalCode code) => code switch
    {
        RefusalCode.ObjectCorrupt => "The object cannot be opened.",
        RefusalCode.ActorKeyUnavailable => "The signer does not have the key that this object was sealed under.",
        RefusalCode.K3EpochPending => "The signer does not have the key of the chain's epoch yet; try again later.",
        RefusalCode.ChainBehind => "The signer's node has not seen the block that this request asks for.",
        _ => "The signer refused this request.",
    };
}
