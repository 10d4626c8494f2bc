using System.Text;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

public sealed class StorageTokenFuzz(ITestOutputHelper output) : TokenFuzz
{
    [Fact]
    public async Task Bent_storage_tokens()
    {
        const string Audience = "agentkeys:store:dev:credentials";
        var claims = Tokens.StorageClaims(Device.Omni, DataClass.Credentials, Audience, s_now);
        var valid = Tokens.Forge(claims);
        var signed = Encoding.ASCII.GetBytes(valid.Sign());
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid, signed), token =>
        {
            var accepted = StorageToken.Verify(Text(token), Tokens.StorageKeys, Tokens.Issuer, Audience, Device.Omni, DataClass.Credentials, s_now) is null;
            // The verifier gives no claims back: those that may differ are read here, everything else must be what was asked for.
            return Agrees(valid, token, jws => By(Tokens.OidcKey, jws), accepted, () => StorageToken.EncodeClaims(claims with
            {
                Id = (string)Payload(token)["jti"]!,
                IssuedAt = DateTimeOffset.FromUnixTimeSeconds((long)Payload(token)["iat"]!),
                ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((long)Payload(token)["exp"]!),
            }));
        });
    }
}
