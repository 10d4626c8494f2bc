using System.Text;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

public sealed class CapFuzz(ITestOutputHelper output) : TokenFuzz
{
    private static readonly ChainRef s_chain = new(31337, AccountAddress.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));

    [Fact]
    public async Task Bent_caps()
    {
        var claims = Tokens.CapClaims(Device, s_chain, s_now) with { DataClass = DataClass.Memory, Key = ServiceName.Parse("notes") };
        var valid = Tokens.Forge(claims);
        var signed = Encoding.ASCII.GetBytes(valid.Sign());
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid, signed), token =>
            Agrees(valid, token, ByK1, CapToken.Verify(Text(token), Tokens.CapKeys, Tokens.Issuer, s_chain).IsOk(out var cap, out _), () => CapToken.EncodeClaims(cap!.Claims)));
    }
}
