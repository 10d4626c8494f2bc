using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Tokens;
using AgentKeys.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKeys.Tests.Verification;

/// <summary>A gate over a registry with one operator, one agent and a granted credential; every test bends one thing.</summary>
internal sealed class GateFixture : IDisposable
{
    public const string Url = "http://127.0.0.1:9094/v1/cred/fetch";
    public static readonly byte[] Body = "{}"u8.ToArray();

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public GateFixture(FreshnessPolicy? policy = null)
    {
        Registry = new FakeRegistry(Clock).AddOperator(Wallet, Master).AddAgent(Wallet, Agent).Grant(Agent.Omni, "openai");
        Policy = policy ?? new FreshnessPolicy(null, 0, TimeSpan.FromSeconds(20));
        Facts = Source(Registry);
        var issuer = new TrustedIssuer(Tokens.Issuer, Tokens.CapKeys, Tokens.StorageKeys);
        var start = new ProcessStart(Clock.GetUtcNow() - TimeSpan.FromMinutes(10));
        Gate = new CapGate(Facts, issuer, start, Clock);
        Sessions = new SessionGate(issuer, start, Clock);
    }

    public ManualTime Clock { get; } = new();
    public TestTokens Tokens { get; } = new();
    public TestDevice Wallet { get; } = new();
    public TestDevice Master { get; } = new();
    public TestDevice Agent { get; } = new();
    public FakeRegistry Registry { get; }
    public FreshnessPolicy Policy { get; }
    public IFactsSource Facts { get; }
    public CapGate Gate { get; }
    public SessionGate Sessions { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>A cap of the agent for its own credential, as the broker would mint it.</summary>
    public CapClaims Cap => Tokens.CapClaims(Agent, Registry.Chain, Now) with { Operator = Wallet.Omni, Block = Registry.Head };

    public FactsSource Source(params FakeRegistry[] endpoints) => new(
        Registry.Chain, [.. endpoints.Select((e, i) => new RegistryEndpoint($"endpoint {i}", e, Policy.Confirmations))], Policy, "fake", Clock, new ChainMetrics(Meters, Clock), NullLogger<FactsSource>.Instance);

    public Result<PresentedCap> Present(
        CapClaims cap, TestDevice? prover = null, string? dpop = null, CapOp op = CapOp.Fetch, DataClass dataClass = DataClass.Credentials, string scheme = "DPoP ")
    {
        var token = Tokens.Cap(cap);
        var proof = dpop ?? (prover ?? Agent).Prove("POST", Url, token, Body, Now);
        return Gate.Present(scheme + token, proof, op, dataClass, "POST", Url, BodyHash);
    }

    public static Bytes32 BodyHash => new(SHA256.HashData(Body));

    /// <summary>Scope of what is measured here.</summary>
    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public void Dispose()
    {
        _services.Dispose();
        Tokens.Dispose();
        Wallet.Dispose();
        Master.Dispose();
        Agent.Dispose();
    }
}
