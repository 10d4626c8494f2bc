using System.Text;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

public sealed class SessionFuzz(ITestOutputHelper output) : TokenFuzz
{
    [Fact]
    public async Task Bent_sessions()
    {
        var valid = Tokens.Forge(Tokens.SessionClaims(Device, s_now));
        var signed = Encoding.ASCII.GetBytes(valid.Sign());
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid, signed), token =>
            Agrees(valid, token, ByK1, SessionToken.Verify(Text(token), Tokens.CapKeys, Tokens.Issuer, s_now).IsOk(out var session, out _), () => SessionToken.EncodeClaims(session!.Claims)));
    }
}
