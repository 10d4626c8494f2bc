using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Vectors;

internal sealed record AssertionVector(string Name, Passkey Passkey, WebAuthnAssertion Assertion)
{
    public JsonObject ToJson()
    {
        var fault = AssertionVerifier.Verify(WebAuthnVectors.Challenge, Passkey, Assertion);
        _ = ClientDataScanner.Scan(Assertion.ClientDataJson, out var members);
        return new JsonObject
        {
            ["name"] = Name,
            ["challenge"] = WebAuthnVectors.Challenge.ToString(),
            ["credIdHash"] = Passkey.CredentialIdHash.ToString(),
            ["x"] = Passkey.X.ToString(),
            ["y"] = Passkey.Y.ToString(),
            ["rpIdHash"] = Passkey.RpIdHash.ToString(),
            ["originHash"] = Passkey.OriginHash.ToString(),
            ["authenticatorData"] = VectorFile.Hex(Assertion.AuthenticatorData),
            ["clientDataJSON"] = VectorFile.Hex(Assertion.ClientDataJson),
            ["typeIndex"] = Index(members.Type),
            ["challengeIndex"] = Index(members.Challenge),
            ["originIndex"] = Index(members.Origin),
            ["r"] = Assertion.R.ToString(),
            ["s"] = Assertion.S.ToString(),
            ["fault"] = fault == AssertionFault.None ? "" : fault.ToString(),
            ["contractError"] = ContractError(fault),
        };
    }

    // A word in hex, so that absence (2^256 - 1) has the same shape as a position.
    private static string Index(ClientDataMember? member) => "0x" + (member is { } found ? found.KeyIndex.ToString("x64", null) : new string('f', 64));

    private static string ContractError(AssertionFault fault) => fault switch
    {
        AssertionFault.None => "",
        AssertionFault.TypeMissing => "TypeIndexMismatch",
        AssertionFault.ChallengeMissing => "ChallengeIndexMismatch",
        AssertionFault.OriginMissing => "OriginIndexMismatch",
        _ => fault.ToString(),
    };
}
