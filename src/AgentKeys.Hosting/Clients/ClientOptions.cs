using System.ComponentModel;
using System.Globalization;
using System.Net;

namespace AgentKeys.Hosting;

/// <summary>Section <c>AgentKeys:Clients</c>: who a client is, behind which proxies, and how much one may ask.</summary>
public sealed class ClientOptions : IValidatedSettings
{
    public const string Section = "AgentKeys:Clients";

    /// <summary>The headers that a proxy may name its client in.</summary>
    internal const string XForwardedFor = "X-Forwarded-For";

    internal const string Forwarded = "Forwarded";

    [Description("Proxies whose word about their client is taken: an address or a network, 10.0.0.0/8. Without any, whoever connects is the client.")]
    public IList<string> TrustedProxies { get; } = [];

    [Description("Header in which those proxies name their client: X-Forwarded-For or Forwarded. The other one is ignored, since they may hand it on unread.")]
    public string ForwardedHeader { get; set; } = XForwardedFor;

    [Description("Requests of one client in a minute, all routes together but health and metrics: 1 to 10000000. A client is an IPv4 address or an IPv6 /64.")]
    public int RequestsPerMinute { get; set; } = 12_000;

    public void Validate(SettingErrors errors)
    {
        for (var i = 0; i < TrustedProxies.Count; i++)
            errors.Require(TryParse(TrustedProxies[i], out _), string.Create(CultureInfo.InvariantCulture, $"{nameof(TrustedProxies)}:{i}"), "an IP address, or a network such as 10.0.0.0/8");
        errors.Require(ForwardedHeader is XForwardedFor or Forwarded, nameof(ForwardedHeader), "X-Forwarded-For or Forwarded");
        errors.Require(RequestsPerMinute is >= 1 and <= 10_000_000, nameof(RequestsPerMinute), "1 to 10000000");
    }

    /// <summary>An address is the network of it alone.</summary>
    internal static bool TryParse(string? text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
            text = string.Create(CultureInfo.InvariantCulture, $"{address}/{address.GetAddressBytes().Length * 8}");
        return IPNetwork.TryParse(text, out network);
    }
}
