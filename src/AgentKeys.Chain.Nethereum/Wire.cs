using System.Numerics;
using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain.Nethereum;

/// <summary>The protocol's values and Nethereum's structs of the same.</summary>
internal static class Wire
{
    public static AccountAddress Account(string text) => Address.Parse(text).ToAccount();

    public static string Text(AccountAddress account) => account.ToAddress().ToString();

    /// <summary>Those that are not zero.</summary>
    public static List<DeviceKeyHash> Devices(IEnumerable<byte[]> hashes) =>
        [.. hashes.Select(h => new DeviceKeyHash(new Bytes32(h))).Where(d => !d.IsZero)];

    public static ScopeGrant GrantOf(Grant grant) => new(
        new Bytes32(grant.ServiceHash), grant.DataClasses, grant.ReadOnly, grant.ExpiresAt, grant.MaxCalls, grant.PeriodSeconds);

    public static List<Grant> Grants(IEnumerable<ScopeGrant> grants) =>
    [
        .. grants.Select(g => new Grant
        {
            ServiceHash = g.ServiceHash.ToArray(),
            DataClasses = g.DataClasses,
            ReadOnly = g.ReadOnly,
            ExpiresAt = g.ExpiresAt,
            MaxCalls = g.MaxCalls,
            PeriodSeconds = g.PeriodSeconds,
        }),
    ];

    public static Protocol.Passkey PasskeyOf(Contracts.Passkey passkey) => new(
        new Bytes32(passkey.CredIdHash), Word(passkey.X), Word(passkey.Y), new Bytes32(passkey.RpIdHash), new Bytes32(passkey.OriginHash));

    public static Contracts.Passkey Passkey(Protocol.Passkey passkey) => new()
    {
        CredIdHash = passkey.CredentialIdHash.ToArray(),
        X = Number(passkey.X.ToArray()),
        Y = Number(passkey.Y.ToArray()),
        RpIdHash = passkey.RpIdHash.ToArray(),
        OriginHash = passkey.OriginHash.ToArray(),
    };

    /// <summary>The members and indexes of <see cref="AssertionArguments"/>.</summary>
    public static Assertion Assertion(WebAuthnAssertion assertion)
    {
        var members = AssertionArguments.Assertion(assertion);
        return new Assertion
        {
            AuthenticatorData = (byte[])members[0],
            ClientDataJSON = (byte[])members[1],
            TypeIndex = (int)members[2],
            ChallengeIndex = (int)members[3],
            OriginIndex = (int)members[4],
            R = Number((byte[])members[5]),
            S = Number((byte[])members[6]),
        };
    }

    public static Approval Approval(MasterApproval approval)
    {
        var assertion = Assertion(approval.Assertion);
        return new Approval
        {
            Device = approval.Device.Value.ToArray(),
            Deadline = approval.Deadline,
            AuthenticatorData = assertion.AuthenticatorData,
            ClientDataJSON = assertion.ClientDataJSON,
            TypeIndex = assertion.TypeIndex,
            ChallengeIndex = assertion.ChallengeIndex,
            OriginIndex = assertion.OriginIndex,
            R = assertion.R,
            S = assertion.S,
        };
    }

    public static List<Approval> Approvals(IEnumerable<MasterApproval> approvals) => [.. approvals.Select(Approval)];

    private static BigInteger Number(byte[] word) => new(word, isUnsigned: true, isBigEndian: true);

    private static Bytes32 Word(BigInteger number)
    {
        var bytes = new byte[32];
        var digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        return new Bytes32(bytes);
    }
}
