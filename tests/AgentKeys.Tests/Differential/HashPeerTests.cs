using System.Text.Json;
using AgentKeys.Ethereum;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>Keccak-256 and RLP as noble, ethers and viem have them.</summary>
public sealed class HashPeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output)
{
    [PeerFact]
    public Task Keccak_is_theirs() => CompareAsync(
        "hashes.keccak", 3000,
        // Around one, two and three blocks of 136 bytes, and anything.
        r => r.OneIn(3) ? r.Bytes(136 * (1 + r.Next(3)) - 2 + r.Next(4)) : r.SomeBytes(600),
        data => Hex.Encode(data),
        (data, theirs) => Same(theirs, Hex.Encode(Keccak256.Hash(data))));

    [PeerFact]
    public Task Rlp_is_written_as_they_write_it_and_read_back() => CompareAsync(
        "hashes.rlp", 3000, r => RlpTree.Random(r, 3), tree => tree.ToQuestion(), (tree, theirs) =>
        {
            Same(theirs, Hex.Encode(tree.Encode()));
            Assert.True(RlpTree.TryRead(Hex.Decode(theirs.GetString()!), out var read));
            return Same(JsonSerializer.SerializeToElement(read.ToQuestion()), tree.ToQuestion());
        });

    /// <summary>We read exactly what is the encoding of what they read.</summary>
    [PeerFact]
    public Task Bent_rlp_is_read_by_both_alike_or_refused_by_both() => CompareAsync(
        "hashes.rlpTree", 4000, r => r.Bend(RlpTree.Random(r, 3).Encode()), bytes => Hex.Encode(bytes), (data, theirs) =>
        {
            var read = RlpTree.TryRead(data, out var tree);
            Assert.Equal(theirs.ValueKind != JsonValueKind.Null, read);
            return read && Same(theirs.GetProperty("tree"), tree.ToQuestion());
        }, both: true);

    private static bool Same(JsonElement theirs, object ours)
    {
        Assert.Equal(theirs.GetRawText(), JsonSerializer.Serialize(ours));
        return true;
    }
}
