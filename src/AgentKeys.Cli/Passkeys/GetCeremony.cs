using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>An approval: the passkey signs the challenge that the contract computes from exactly what the page shows.</summary>
/// <param name="credentialId">the passkey to ask for.</param>
internal sealed class GetCeremony(Bytes32 challenge, CeremonySummary summary, byte[] credentialId, Passkey passkey) : Ceremony(challenge, summary)
{
    /// <summary>Set once a result was accepted.</summary>
    public WebAuthnAssertion? Assertion { get; private set; }

    protected override string Kind => "get";

    protected override JsonObject PublicKey() => new()
    {
        ["challenge"] = ChallengeText,
        ["timeout"] = TimeoutMilliseconds,
        ["rpId"] = RpId,
        ["allowCredentials"] = new JsonArray(new JsonObject { ["type"] = "public-key", ["id"] = Base64UrlStrict.Encode(credentialId) }),
        ["userVerification"] = "required",
    };

    public override CeremonyVerdict Accept(JsonElement response, string origin, IPasskeyVerifier verifier)
    {
        if (!TryOpen(response, out var id, out var inner)
            || Bytes(inner, "clientDataJSON") is not { } clientData || Bytes(inner, "authenticatorData") is not { } authenticatorData || Bytes(inner, "signature") is not { } signature
            || !WebAuthnAssertion.TryCreate(authenticatorData, clientData, signature, out var assertion))
            return new CeremonyVerdict("Malformed");
        if (!id.AsSpan().SequenceEqual(credentialId))
            return new CeremonyVerdict("CredentialIdMismatch");

        var fault = verifier.VerifyAssertion(Terms(origin), passkey, assertion);
        if (fault != AssertionFault.None)
            return new CeremonyVerdict(fault.ToString());
        Assertion = assertion;
        return new CeremonyVerdict(null);
    }
}
