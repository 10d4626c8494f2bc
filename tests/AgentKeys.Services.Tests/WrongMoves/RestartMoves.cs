using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>Used again after a restart, and used by many at once: what worker and signer had no test of their own for.</summary>
public class RestartMoves
{
    private static readonly byte[] s_empty = "{}"u8.ToArray();

    [Fact]
    public async Task A_proof_from_before_the_signer_is_refused()
    {
        await using var stack = await VaultStack.StartAsync();
        var wire = stack.StoreCall([1]).Build();
        stack.Time.Advance(TimeSpan.FromSeconds(2));
        await stack.RestartAsync();
        Assert.Equal("proof_invalid", (await SendToSignerAsync(stack, wire)).Code);
    }

    /// <summary>A fetch, whose cap may be used often: so it is the proof that is refused.</summary>
    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task Of_a_proof_sent_many_times_at_once_one_works_at_worker_and_signer(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        await stack.StoreAsync([1]);
        var fetch = stack.FetchCall().Build();
        ExpectOne("proof_replayed", await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stack.SendAsync(fetch))));
        var store = stack.StoreCall([2]).Build();
        ExpectOne("proof_replayed", await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendToSignerAsync(stack, store))));
    }

    [Fact]
    public async Task Of_many_requests_at_once_with_one_write_cap_the_signer_serves_one()
    {
        await using var stack = await VaultStack.StartAsync();
        var store = stack.StoreCall([1]);
        var requests = Enumerable.Range(0, 8).Select(_ => store.Build()).ToList(); // one cap, eight proofs
        ExpectOne("cap_replayed", await Task.WhenAll(requests.Select(r => SendToSignerAsync(stack, r))));
    }

    private static Task<WireAnswer> SendToSignerAsync(VaultStack stack, WireRequest request) => stack.SendToSignerAsync("/v1/keys/generate", request, s_empty);

    private static void ExpectOne(string otherwise, WireAnswer[] answers)
    {
        Assert.Equal(1, answers.Count(a => a.Code == "ok"));
        Assert.Equal(answers.Length - 1, answers.Count(a => a.Code == otherwise));
    }
}
