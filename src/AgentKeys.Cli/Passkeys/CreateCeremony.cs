using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// Makes a passkey: ES256 only, user verification required, no attestation. The challenge is random: what is being approved is
/// signed by the touch that follows.
/// </summary>
/// <param name="userName">shown by the browser beside the passkey.</param>
/// <param name="next">the touch that follows, which proves that the key works.</param>
internal sealed class CreateCeremony(string userName, CeremonySummary summary, Func<PasskeyRegistration, Ceremony> next)
    : Ceremony(new Bytes32(RandomNumberGenerator.GetBytes(32)), summary)
{
    private const int Es256 = -7;
    private readonly byte[] _userId = RandomNumberGenerator.GetBytes(32);

    /// <summary>Set once a result was accepted.</summary>
    public PasskeyRegistration? Registration { get; private set; }

    protected override string Kind => "create";

    protected override JsonObject PublicKey() => new()
    {
        ["rp"] = new JsonObject { ["id"] = RpId, ["name"] = "AgentKeys" },
        ["user"] = new JsonObject { ["id"] = Base64UrlStrict.Encode(_userId), ["name"] = userName, ["displayName"] = userName },
        ["challenge"] = ChallengeText,
        ["pubKeyCredParams"] = new JsonArray(new JsonObject { ["type"] = "public-key", ["alg"] = Es256 }),
        ["timeout"] = TimeoutMilliseconds,
        ["excludeCredentials"] = new JsonArray(),
        ["authenticatorSelection"] = new JsonObject { ["residentKey"] = "preferred", ["userVerification"] = "required" },
        ["attestation"] = "none",
    };

    public override CeremonyVerdict Accept(JsonElement response, string origin, IPasskeyVerifier verifier)
    {
        if (!TryOpen(response, out var id, out var inner) || Bytes(inner, "clientDataJSON") is not { } clientData || Bytes(inner, "attestationObject") is not { } attestation)
            return new CeremonyVerdict("Malformed");
        var fault = verifier.VerifyCreation(Terms(origin), new WebAuthnCreation(id, attestation, clientData), out var registration);
        if (fault != RegistrationFault.None)
            return new CeremonyVerdict(fault.ToString());
        Registration = registration;
        return new CeremonyVerdict(null, next(registration!));
    }
}
