using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Tests.Vectors;

/// <summary>Created passkeys, attestation format none: nothing in them is signed, so nothing is random.</summary>
internal static class CreationVectors
{
    private const string Description = "Passkeys as navigator.credentials.create answers them, and what is enrolled: passkeyHash is bound to the origin.";

    public static VectorFile File { get; } = new("passkey-creation.json");

    public static string Render() => VectorFile.Render(Description,
    [
        Case("as Chrome makes it", new()),
        Case("synced, with extensions", new() { Flags = (AuthenticatorFlags)0xdd, BendAuthenticatorData = data => [.. data, 0xa0] }),
    ]);

    private static JsonObject Case(string name, AssertionOptions options)
    {
        const string RpId = "keys.example.org", Origin = "https://keys.example.org";
        using var authenticator = SoftwareAuthenticator.FromPrivateKey([.. Enumerable.Range(1, 32).Select(i => (byte)i)], [.. Enumerable.Range(1, 16).Select(i => (byte)i)], RpId);
        var created = authenticator.Create(WebAuthnVectors.Challenge, Origin, options with { SignCount = 1 });
        return new JsonObject
        {
            ["name"] = name,
            ["challenge"] = WebAuthnVectors.Challenge.ToString(),
            ["rpId"] = RpId,
            ["origin"] = Origin,
            ["attestationObject"] = VectorFile.Hex(created.AttestationObject),
            ["clientDataJSON"] = VectorFile.Hex(created.ClientDataJson),
            ["credentialId"] = VectorFile.Hex(created.CredentialId),
            ["x"] = authenticator.X.ToString(),
            ["y"] = authenticator.Y.ToString(),
            ["passkeyHash"] = authenticator.ToPasskey(Origin).Hash.ToString(),
        };
    }
}
