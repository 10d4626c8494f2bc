using AgentKeys.Testing.Wire;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>What the demo and the tests that send raw requests count: one code is one code, and an error is not a refusal.</summary>
public class RefusedMoves
{
    [Theory]
    [InlineData(403, """{"code":"device_revoked"}""", "device_revoked")]
    [InlineData(200, """{"code":"device_revoked"}""", "ok")]
    [InlineData(502, "bad gateway", "status 502")]
    [InlineData(403, "", "status 403")]
    [InlineData(403, """{"title":"device_revoked"}""", "status 403")]
    [InlineData(403, """["device_revoked"]""", "status 403")]
    public void Any_other_refusal_is_not_the_expected_one(int status, string body, string code) => Assert.Equal(code, new RawAnswer(status, body).Code);
}
