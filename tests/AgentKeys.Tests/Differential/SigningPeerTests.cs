using System.Text.Json;
using AgentKeys.Ethereum;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>EIP-191 and EIP-712 as ethers and viem have them.</summary>
public sealed class SigningPeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output)
{
    [PeerFact]
    public Task A_message_has_their_hash_and_their_signature() => CompareAsync(
        "signing.personal", 200, r => (Key: r.PrivateKey(), Message: r.SomeBytes(1200)),
        c => new { key = Hex.Encode(c.Key), message = Hex.Encode(c.Message) }, (c, theirs) =>
        {
            var hash = Eip191.HashMessage(c.Message);
            Assert.Equal(theirs.GetProperty("hash").GetString(), Hex.Encode(hash));
            using var key = Secp256k1Key.FromPrivateKey(c.Key, Secp256k1Backend.Portable);
            Assert.Equal(theirs.GetProperty("signature").GetString(), key.SignDigest(hash).ToString());
            return true;
        });

    [PeerFact]
    public Task They_find_the_signer_of_ours_or_somebody_else_where_a_bit_is_flipped() => CompareAsync(
        "signing.personalSigner", 200, SignedMessage, c => new { message = Hex.Encode(c.Message), signature = Hex.Encode(c.Signature) }, (c, theirs) =>
        {
            // ethers refuses high s, as the login does.
            var ours = Secp256k1Signature.TryParse(c.Signature, out var signature) && signature.IsLowS
                && Secp256k1.TryRecoverAddress(Eip191.HashMessage(c.Message), signature, out var address) ? address.ToString() : null;
            Assert.Equal(theirs.GetString(), ours);
            return ours == c.Signer.ToString();
        }, both: true);

    [PeerFact]
    public Task Typed_data_has_their_type_their_hash_and_their_digest() => CompareAsync(
        "signing.typed", 400, r => TypedDataCase.Random(r, valid: true), c => c.Question, (c, theirs) =>
        {
            Assert.Equal(theirs.GetProperty("type").GetString(), c.Type.ToString());
            Assert.Equal(theirs.GetProperty("hash").GetString(), Hex.Encode(c.Hash()));
            Assert.Equal(theirs.GetProperty("digest").GetString(), Hex.Encode(Eip712.Digest(c.Domain, c.Hash())));
            return true;
        });

    [PeerFact]
    public Task A_value_that_does_not_fit_is_refused_by_all() => CompareAsync(
        "signing.typed", 200, r => TypedDataCase.Random(r, valid: false), c => c.Question, (c, theirs) =>
        {
            if (theirs.ValueKind == JsonValueKind.Null)
                Assert.Throws<ArgumentException>(c.Hash);
            else
                Assert.Equal(theirs.GetProperty("hash").GetString(), Hex.Encode(c.Hash()));
            return theirs.ValueKind != JsonValueKind.Null;
        }, both: true);

    private static (byte[] Message, byte[] Signature, Address Signer) SignedMessage(RandomInputs random)
    {
        using var key = Secp256k1Key.FromPrivateKey(random.PrivateKey());
        var message = random.SomeBytes(300);
        var signature = key.SignDigest(Eip191.HashMessage(message)).ToBytes65();
        return (message, random.OneIn(2) ? signature : [.. random.Flip(signature[..64]), signature[64]], key.Address);
    }
}
