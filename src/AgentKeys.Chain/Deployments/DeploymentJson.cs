using System.Globalization;
using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Chain;

/// <summary>The addresses file: a flat object <c>chainId, registry, recovery, recoveryDelaySeconds, scope, epoch, lens, k11, p256, block</c>.</summary>
public static class DeploymentJson
{
    private const string Expectation = "0x and 40 hex digits, not the zero address";

    /// <exception cref="FormatException">Not such a file; the message names everything that is wrong.</exception>
    public static Deployment Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var reader = new StrictJsonReader(json, "addresses file");
        var deployment = new Deployment
        {
            ChainId = reader.Number("chainId", 1, long.MaxValue),
            Registry = Read(reader, "registry"),
            Recovery = Read(reader, "recovery"),
            RecoveryDelaySeconds = reader.Number("recoveryDelaySeconds", 1, 30 * 24 * 3600),
            Scope = Read(reader, "scope"),
            Epoch = Read(reader, "epoch"),
            Lens = Read(reader, "lens"),
            K11 = Read(reader, "k11"),
            P256 = Read(reader, "p256"),
            Block = reader.Number("block", 0, long.MaxValue),
        };
        var contracts = deployment.Contracts;
        if (contracts.All(c => !c.Address.IsZero) && contracts.DistinctBy(c => c.Address).Count() != contracts.Count)
            reader.Error("addresses", "two contracts at one address");
        reader.ThrowIfWrong();
        return deployment;
    }

    public static string Write(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var text = new StringBuilder("{\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"chainId\": {deployment.ChainId},\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"registry\": \"{deployment.Registry}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"recovery\": \"{deployment.Recovery}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"recoveryDelaySeconds\": {deployment.RecoveryDelaySeconds},\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"scope\": \"{deployment.Scope}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"epoch\": \"{deployment.Epoch}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"lens\": \"{deployment.Lens}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"k11\": \"{deployment.K11}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"p256\": \"{deployment.P256}\",\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"block\": {deployment.Block}\n}}\n");
        return text.ToString();
    }

    private static Address Read(StrictJsonReader reader, string name) =>
        reader.Text<Address?>(name, Expectation, t => Address.TryParse(t, out var a) && !a.IsZero ? a : null) ?? default;
}
