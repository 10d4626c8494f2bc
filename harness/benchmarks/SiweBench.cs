using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Benchmarks;

/// <summary>A login message and its signature, beside viem.</summary>
internal static class SiweBench
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        using var device = new TestDevice();
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var message = new SiweMessage(
            "localhost:8091", device.Address, "Sign in to AgentKeys with this device.", "http://localhost:8091/v1/auth/wallet/verify", 31337, "k8Jx2mQ0vT4bYw9ZcR1e",
            now, now.AddMinutes(5), device.Hash);
        var text = message.ToText();
        var signature = device.SignPersonal(text);
        var question = new Dictionary<string, object>
        {
            ["text"] = text,
            ["signature"] = "0x" + Convert.ToHexStringLower(signature),
            ["domain"] = message.Domain,
            ["nonce"] = message.Nonce,
            ["time"] = now.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        };
        var times = await context.Measure.MicrosecondsAsync(
            context.Measure.Turn(() =>
            {
                if (SiweVerifier.Verify(text, signature, out _) != SiweFault.None)
                    throw new InvalidOperationException("The login should have been accepted.");
            }),
            context.PeerTurn("siwe", question));
        return [new Finding("siwe", "a login message and its signature") { Figure = times[0], Unit = "us cpu", Beside = "viem", BesideFigure = times[1], Ratio = times[0] / times[1] }];
    }
}
