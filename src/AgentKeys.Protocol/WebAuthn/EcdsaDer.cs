namespace AgentKeys.Protocol;

/// <summary>
/// DER of an ECDSA signature on a 256-bit curve: SEQUENCE of two INTEGERs, strictly: shortest lengths, shortest non-negative
/// integers of at most 256 bits, nothing after. High s is read (WebAuthn does not normalise); whether 0 &lt; r, s &lt; n is for the
/// signature's check.
/// </summary>
public static class EcdsaDer
{
    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;

    public static bool TryRead(ReadOnlySpan<byte> der, out Bytes32 r, out Bytes32 s)
    {
        (r, s) = (default, default);
        // Two integers of at most 35 bytes each: every length is one byte below 128.
        if (der.Length < 2 || der[0] != Sequence || der[1] != der.Length - 2 || der[1] > 70)
            return false;
        var rest = der[2..];
        if (TryReadInteger(ref rest, out r) && TryReadInteger(ref rest, out s) && rest.IsEmpty)
            return true;
        (r, s) = (default, default);
        return false;
    }

    private static bool TryReadInteger(ref ReadOnlySpan<byte> rest, out Bytes32 value)
    {
        value = default;
        if (rest.Length < 3 || rest[0] != Integer || rest[1] is 0 or > 33 || rest.Length < 2 + rest[1])
            return false;
        var digits = rest.Slice(2, rest[1]);
        rest = rest[(2 + digits.Length)..];

        var negative = digits[0] >= 0x80;
        var padded = digits.Length > 1 && digits[0] == 0;
        if (negative || (padded && digits[1] < 0x80))
            return false;
        if (padded)
            digits = digits[1..];
        if (digits.Length > 32)
            return false;

        Span<byte> word = stackalloc byte[32];
        digits.CopyTo(word[(32 - digits.Length)..]);
        value = new Bytes32(word);
        return true;
    }
}
