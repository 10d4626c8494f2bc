using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>
/// Passkey proofs as the contracts take them: the browser's bytes, and where in clientDataJSON the three members stand. An index
/// that is not there is sent as 0; the contract has the last word on everything in here.
/// </summary>
internal static class AssertionArguments
{
    public static object[] Assertion(WebAuthnAssertion assertion)
    {
        if (ClientDataScanner.Scan(assertion.ClientDataJson, out var members) != ClientDataFault.None)
            members = new ClientDataMembers();
        return
        [
            assertion.AuthenticatorData,
            assertion.ClientDataJson,
            members.Type?.KeyIndex ?? 0,
            members.Challenge?.KeyIndex ?? 0,
            members.Origin?.KeyIndex ?? 0,
            assertion.R.ToArray(),
            assertion.S.ToArray(),
        ];
    }

    public static object[] Approvals(IReadOnlyList<MasterApproval> approvals) =>
        [.. approvals.Select(a => (object)Approval(a))];

    public static object[] Approval(MasterApproval approval) => [approval.Device.Value.ToArray(), approval.Deadline, .. Assertion(approval.Assertion)];

    public static object[] Passkey(Passkey passkey) =>
        [passkey.CredentialIdHash.ToArray(), passkey.X.ToArray(), passkey.Y.ToArray(), passkey.RpIdHash.ToArray(), passkey.OriginHash.ToArray()];

    public static object[] Grants(IReadOnlyList<ScopeGrant> grants) =>
        [.. grants.Select(g => (object)(object[])[g.ServiceHash.ToArray(), g.DataClasses, g.ReadOnly, g.ExpiresAt, g.MaxCalls, g.PeriodSeconds])];
}
