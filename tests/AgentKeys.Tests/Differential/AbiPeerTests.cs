using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>ABI encoding and decoding as ethers and viem have them.</summary>
public sealed class AbiPeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output)
{
    [PeerFact]
    public Task Values_are_encoded_as_they_encode_them_and_read_back() => CompareAsync(
        "abi.encode", 800, AbiCase.Random, c => new { types = c.TypeTexts, values = c.Question }, (c, theirs) =>
        {
            Assert.Equal(theirs.GetString(), Hex.Encode(c.Encode()));
            Assert.Equal(AbiFault.None, AbiDecoder.Decode(c.Types, Hex.Decode(theirs.GetString()!), out var values));
            Assert.Equal(JsonSerializer.Serialize(c.Question), JsonSerializer.Serialize(AbiCase.ToQuestion(values)));
            return true;
        });

    /// <summary>We read exactly what is the encoding of what they read: they are lenient, so each writes again what it read.</summary>
    [PeerFact]
    public Task Bent_encodings_are_read_by_all_alike_or_refused_by_all() => CompareAsync(
        "abi.decode", 1200, r => AbiCase.Random(r) is var c ? (Case: c, Data: Bend(r, c.Encode())) : default,
        c => new { types = c.Case.TypeTexts, data = Hex.Encode(c.Data) }, (c, theirs) =>
        {
            var fault = AbiDecoder.Decode(c.Case.Types, c.Data, out var values);
            Assert.Equal(theirs.ValueKind == JsonValueKind.Null, fault != AbiFault.None);
            if (fault == AbiFault.None)
                Assert.Equal(JsonSerializer.Serialize(theirs.GetProperty("values").Deserialize<object>()), JsonSerializer.Serialize(AbiCase.ToQuestion(values)));
            return fault == AbiFault.None;
        }, both: true);

    [PeerFact]
    public Task Selectors_are_theirs() => CompareAsync(
        "abi.selector", 400, r => r.Text("abcXYZ_09$", 0, 12) is var name ? $"f{name}({string.Join(',', AbiCase.Random(r).TypeTexts)})" : "", signature => signature,
        (signature, theirs) =>
        {
            Assert.Equal(theirs.GetString(), Hex.Encode(AbiSignature.Parse(signature).Selector));
            return true;
        });

    private static byte[] Bend(RandomInputs random, byte[] data) => random.Next(6) switch
    {
        0 => data[..random.Next(data.Length)],
        1 => [.. data, .. random.OneIn(2) ? new byte[32] : random.Bytes(1 + random.Next(32))],
        2 => random.Flip(data),
        3 => SwapWords(random, data),
        _ => LastByteOfAWord(random, data),
    };

    private static byte[] SwapWords(RandomInputs random, byte[] data)
    {
        var bent = (byte[])data.Clone();
        var (a, b) = (32 * random.Next(bent.Length / 32), 32 * random.Next(bent.Length / 32));
        data.AsSpan(a, 32).CopyTo(bent.AsSpan(b));
        data.AsSpan(b, 32).CopyTo(bent.AsSpan(a));
        return bent;
    }

    /// <summary>Where offsets, lengths and small numbers are.</summary>
    private static byte[] LastByteOfAWord(RandomInputs random, byte[] data)
    {
        var bent = (byte[])data.Clone();
        var at = 32 * random.Next(bent.Length / 32) + 31;
        bent[at] = random.OneIn(2) ? (byte)(bent[at] + random.Pick(1, 32, 255, 224)) : (byte)random.Next(256);
        return bent;
    }
}
