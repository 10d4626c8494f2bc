using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Signer;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>The record after the act: a new key leaves only with it, an unwrapped one whether or not it could be written.</summary>
public sealed class SignerOutcomeTests
{
    [Fact]
    public async Task An_outcome_that_cannot_be_recorded_counts_for_writes()
    {
        var full = false;
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { BendSigner = services => FillDisk(services, () => full) });
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        full = true;
        Assert.Equal("audit_unavailable", (await stack.SendToSignerAsync("/v1/keys/generate", stack.StoreCall([2]).Build(), "{}"u8.ToArray())).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    private static void FillDisk(IServiceCollection services, Func<bool> full)
    {
        var open = services.Last(s => s.ServiceType == typeof(SignerAudit)).ImplementationFactory!;
        services.AddSingleton(provider => new SignerAudit(new Dictionary<DataClass, IAuditSink>
        {
            [DataClass.Credentials] = new WithoutOutcomes(((SignerAudit)open(provider)).Of(DataClass.Credentials), full),
        }));
    }

    private sealed class WithoutOutcomes(IAuditSink inner, Func<bool> full) : IAuditSink
    {
        public AuditStatus Status => inner.Status;

        public ValueTask<Result<AuditReceipt>> AuthorizeAsync(AuditAuthorization request, CancellationToken cancellationToken) => inner.AuthorizeAsync(request, cancellationToken);

        public ValueTask<Result<AuditReceipt>> OutcomeAsync(AuditOutcome outcome, CancellationToken cancellationToken) =>
            full() ? new(new Refusal(RefusalCode.AuditUnavailable, "The disk is full.")) : inner.OutcomeAsync(outcome, cancellationToken);

        public ValueTask<Result<AuditReceipt>> RecordAsync(AuditAuthorization request, CancellationToken cancellationToken) => inner.RecordAsync(request, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
