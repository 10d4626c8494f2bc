using System.Net;
using AgentKeys.Hosting;
using AgentKeys.Testing.Audit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AgentKeys.Services.Tests.Clients;

/// <summary>Who a client is: never what it says of itself.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    // peer, header, client
    [InlineData("9.9.9.9", null, "9.9.9.9")]
    [InlineData("9.9.9.9", "1.1.1.1", "9.9.9.9")] // not a proxy of ours
    [InlineData("10.0.0.1", "1.1.1.1", "1.1.1.1")]
    [InlineData("10.0.0.1", "2.2.2.2, 1.1.1.1", "1.1.1.1")] // the left one the client wrote itself
    [InlineData("10.0.0.1", "1.1.1.1, 10.7.7.7", "1.1.1.1")] // two proxies of ours
    [InlineData("10.0.0.1", "10.7.7.7", "10.7.7.7")]
    [InlineData("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1")]
    [InlineData("10.0.0.1", "nonsense, 10.7.7.7", "10.7.7.7")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "1.1.1.1:8080", "1.1.1.1")]
    [InlineData("10.0.0.1", "[2001:db8::1]:8080", "2001:db8::1")]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "::ffff:1.1.1.1", "1.1.1.1")]
    [InlineData("::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1")]
    [InlineData("2001:db8:1::1", "1.1.1.1", "1.1.1.1")]
    [InlineData("2001:db8:2::1", "1.1.1.1", "2001:db8:2::1")]
    public void The_right_most_that_is_no_proxy_of_ours(string peer, string? header, string client) =>
        Assert.Equal(IPAddress.Parse(client), Of(ClientOptions.XForwardedFor, peer, (ClientOptions.XForwardedFor, header)));

    [Theory]
    [InlineData("for=1.1.1.1", "1.1.1.1")]
    [InlineData("For=\"[2001:db8::1]:4711\";proto=https", "2001:db8::1")]
    [InlineData("for=2.2.2.2, for=1.1.1.1;by=10.0.0.1", "1.1.1.1")]
    [InlineData("for=unknown", "10.0.0.1")]
    [InlineData("for=_hidden", "10.0.0.1")]
    [InlineData("for=1.1.1.1;for=2.2.2.2", "10.0.0.1")]
    [InlineData("by=1.1.1.1", "10.0.0.1")]
    public void Or_as_RFC_7239_names_it(string header, string client) =>
        Assert.Equal(IPAddress.Parse(client), Of(ClientOptions.Forwarded, "10.0.0.1", (ClientOptions.Forwarded, header)));

    [Theory]
    [InlineData(ClientOptions.XForwardedFor, ClientOptions.Forwarded, "for=1.1.1.1")]
    [InlineData(ClientOptions.Forwarded, ClientOptions.XForwardedFor, "1.1.1.1")]
    public void The_other_header_is_not_read(string configured, string sent, string value) =>
        Assert.Equal(IPAddress.Parse("10.0.0.1"), Of(configured, "10.0.0.1", (sent, value)));

    [Fact]
    public void A_client_is_an_IPv4_address_or_an_IPv6_network()
    {
        var limit = new ClientLimiter(1, new ManualTime());
        Assert.Null(limit.Count(IPAddress.Parse("10.0.0.1")));
        Assert.NotNull(limit.Count(IPAddress.Parse("::ffff:10.0.0.1")));
        Assert.Null(limit.Count(IPAddress.Parse("10.0.0.2")));
        Assert.Null(limit.Count(IPAddress.Parse("2001:db8::1")));
        Assert.NotNull(limit.Count(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Null(limit.Count(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Null(limit.Count(null));
        Assert.NotNull(limit.Count(null));
    }

    [Fact]
    public void More_clients_than_fit_share_one_count_and_memory_is_bounded()
    {
        var clock = new ManualTime();
        var limit = new ClientLimiter(1, clock);
        for (var i = 0; i < ClientLimiter.MaxClients; i++)
            Assert.Null(limit.Count(new IPAddress(i + 0x01000000L)));
        Assert.Null(limit.Count(IPAddress.Parse("250.1.1.1")));
        Assert.NotNull(limit.Count(IPAddress.Parse("250.1.1.2")));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(limit.Count(IPAddress.Parse("250.1.1.2")));
    }

    private static IPAddress? Of(string configured, string peer, params (string Name, string? Value)[] headers)
    {
        var options = new ClientOptions { ForwardedHeader = configured };
        options.TrustedProxies.Add("10.0.0.0/8");
        options.TrustedProxies.Add("2001:db8:1::/48");
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        foreach (var (name, value) in headers.Where(h => h.Value is not null))
            http.Request.Headers[name] = value;
        return new ClientAddresses(options).Of(http);
    }
}
