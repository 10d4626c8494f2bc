using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>The broker's clock jumps: no token leaves, nothing is recorded, and all is well when it is right again.</summary>
public class ClockTests
{
    private const string Mint = "/v1/cap/cred-fetch";

    [Fact]
    public async Task A_jump_forward_ends_sessions_and_a_jump_back_behind_the_log_stops_the_broker_until_it_has_caught_up()
    {
        var broker = new BrokerRig();
        await broker.InitializeAsync();
        var who = broker.NewOperator();
        var session = await broker.SessionAsync(who.Agent, who.Agent);
        Task<Reply> MintAsync() => broker.CallAsync(Mint, who.CapBody(), session, who.Agent);
        Assert.Equal(200, (await MintAsync()).Status);

        broker.Clock.Advance(TimeSpan.FromHours(2));
        await broker.RefusedAsync(RefusalCode.Unauthorized, MintAsync);
        broker.Clock.Advance(-TimeSpan.FromHours(2));
        Assert.Equal(200, (await MintAsync()).Status);

        broker.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await MintAsync()).Status);
        broker.Clock.Advance(-TimeSpan.FromMinutes(5));
        await broker.RefusedAsync(RefusalCode.AuditUnavailable, MintAsync);
        broker.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(55));
        Assert.Equal(200, (await MintAsync()).Status);
        await broker.DisposeAsync();
    }
}
