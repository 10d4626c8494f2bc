using System.Globalization;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>
/// Asks the peers about random inputs and compares. Inputs come from seeds, 200 from each; a failure names seed and input and repeats with
/// <c>AGENTKEYS_SEED=n</c>. With <c>AGENTKEYS_LONG=1</c> five times as many, from seeds of the day.
/// </summary>
public abstract class PeerTests(NodePeer peer, ITestOutputHelper output) : IClassFixture<NodePeer>
{
    private const int PerSeed = 200;
    private const int LongFactor = 5;

    private static readonly bool s_long = Environment.GetEnvironmentVariable("AGENTKEYS_LONG") == "1";
    private static readonly int? s_seed = int.TryParse(Environment.GetEnvironmentVariable("AGENTKEYS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private protected NodePeer Peer => peer;

    /// <param name="op">the question, as <see cref="NodePeer.AskAsync"/> takes it.</param>
    /// <param name="sample">inputs of a short run.</param>
    /// <param name="make">the next input.</param>
    /// <param name="ask">what the peers are given of it.</param>
    /// <param name="compare">asserts that their answer is ours; true if the input was a valid one.</param>
    /// <param name="both">whether there must be valid and invalid inputs among them: else it shows nothing about one of the two.</param>
    private protected async Task CompareAsync<T>(string op, int sample, Func<RandomInputs, T> make, Func<T, object> ask, Func<T, JsonElement, bool> compare, bool both = false)
    {
        var (first, count) = s_seed is { } seed ? (seed, PerSeed)
            : s_long ? ((int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 86400 * 1_000_000 % int.MaxValue), sample * LongFactor)
            : (1, sample);
        var valid = 0;
        for (var at = 0; at < count; at += PerSeed)
            valid += await BatchAsync(op, first + at / PerSeed, Math.Min(PerSeed, count - at), make, ask, compare);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{op}: {count} inputs, {valid} valid, seeds from {first}"));
        Assert.InRange(valid, 1, both ? count - 1 : count);
    }

    private async Task<int> BatchAsync<T>(string op, int seed, int size, Func<RandomInputs, T> make, Func<T, object> ask, Func<T, JsonElement, bool> compare)
    {
        var random = new RandomInputs(seed);
        var inputs = Enumerable.Range(0, size).Select(_ => make(random)).ToList();
        var questions = inputs.ConvertAll(i => ask(i));
        JsonElement[] answers;
        try
        {
            answers = await peer.AskAsync(op, questions);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{op}, AGENTKEYS_SEED={seed}: {e.Message}", e);
        }

        Assert.Equal(size, answers.Length);
        var valid = 0;
        for (var i = 0; i < size; i++)
        {
            try
            {
                valid += compare(inputs[i], answers[i]) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"{op}, AGENTKEYS_SEED={seed}, input {i}: {e.Message}\n{JsonSerializer.Serialize(questions[i])}\n{answers[i]}\n{e.StackTrace}");
            }
        }

        return valid;
    }
}
