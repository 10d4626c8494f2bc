using System.Diagnostics.Metrics;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>What is counted of endpoints that do not agree: opinions, not silence.</summary>
public sealed class ChainMetricsTests
{
    [Fact]
    public async Task Endpoints_that_agree_are_not_counted_whatever_their_heads_are()
    {
        using var f = new GateFixture();
        var other = FreshnessTests.Twin(f);
        other.Head += 3;
        Assert.Empty(await CountAsync(f, f.Registry, other));
    }

    [Fact]
    public async Task Facts_that_differ_are_a_disagreement()
    {
        using var f = new GateFixture();
        var other = FreshnessTests.Twin(f);
        other.Bend = facts => facts with { Epoch = facts.Epoch + 1 };
        Assert.Equal(["facts"], await CountAsync(f, f.Registry, other));
    }

    [Fact]
    public async Task One_that_allows_what_another_refuses_is_a_disagreement()
    {
        using var f = new GateFixture();
        var other = FreshnessTests.Twin(f);
        other.Bend = facts => facts with { Device = facts.Device with { Revoked = true } };
        Assert.Equal(["verdict"], await CountAsync(f, f.Registry, other));
    }

    [Fact]
    public async Task Silence_is_no_opinion()
    {
        using var f = new GateFixture();
        var other = FreshnessTests.Twin(f);
        other.Fault = new IOException("down");
        Assert.Empty(await CountAsync(f, f.Registry, other));
    }

    private static async Task<List<string>> CountAsync(GateFixture f, params FakeRegistry[] endpoints)
    {
        var kinds = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "agentkeys_chain_disagreements_total" && ReferenceEquals(instrument.Meter.Scope, f.Meters))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => kinds.Add((string)tags[0].Value!));
        listener.Start();
        var request = f.Cap.ToRequest();
        await f.Source(endpoints).JudgeAsync(request.ToQuery(), facts => CapRules.Check(request, facts, f.Now), 0, default);
        return kinds;
    }
}
