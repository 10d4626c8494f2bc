using System.Numerics;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Ethereum.Eip712Value;

namespace AgentKeys.Tests.Ethereum;

public class Eip712Tests
{
    private static readonly Eip712Type Mail = Eip712Type.Parse("Mail(Person from,Person to,string contents)Person(string name,address wallet)");
    private static readonly Eip712Domain EtherMail = new("Ether Mail", "1", 1, Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));

    [Fact]
    public void The_example_of_the_standard()
    {
        var hash = Mail.Hash(
            Struct("Cow", Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
            Struct("Bob", Address.Parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")),
            "Hello, Bob!");
        Assert.Equal("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2", Hex.Encode(Mail.TypeHash()));
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Hex.Encode(hash));
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", Hex.Encode(EtherMail.Separator()));
        var digest = Eip712.Digest(EtherMail, hash);
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Hex.Encode(digest));

        // The standard signs with the private key keccak256("cow").
        using var cow = Secp256k1Key.FromPrivateKey(Keccak256.Hash("cow"u8), Secp256k1Backend.Portable);
        Assert.Equal("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", cow.Address.ToChecksumString());
        Assert.Equal(
            "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c",
            cow.SignDigest(digest).ToString());
    }

    [Fact]
    public void Arrays_bytes_numbers_and_nested_structs()
    {
        var tree = Eip712Type.Parse("Tree(Node root,Node[] nodes,uint8[2][] grid,bytes blob,bytes4 tag,int16 delta,bool ok,string[] empty)Node(string label)");
        var hash = tree.Hash(
            Struct("a"), Eip712Value.Array(Struct("b"), Struct("c")), Eip712Value.Array(Eip712Value.Array(1, 2), Eip712Value.Array(3, 4)),
            new byte[] { 0xde, 0xad, 0xbe, 0xef }, new byte[] { 1, 2, 3, 4 }, -2, true, Eip712Value.Array());
        Assert.Equal("0xb930f0c8f7b63225d997f10b1d1c206d977e74f9ea8dc4283f9bd7bedb9d37b7", Hex.Encode(hash));
    }

    [Fact]
    public void A_struct_may_refer_to_itself()
    {
        var node = Eip712Type.Parse("Node(string label,Node[] children)");
        static Eip712Value Leaf(string label) => Struct(label, Eip712Value.Array());
        var hash = node.Hash("a", Eip712Value.Array(Leaf("b"), Struct("c", Eip712Value.Array(Leaf("d")))));
        Assert.Equal("0xc1616572b4f5c2cc438cfd1ef8e32a8e2598e849e19cd87d133f4e2ed1a65fc3", Hex.Encode(hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mail")]
    [InlineData("Mail(")]
    [InlineData("Mail)(")]
    [InlineData("(string a)")]
    [InlineData("Mail(string a) ")]
    [InlineData("Mail(string  a)")]
    [InlineData("Mail(string a, string b)")]
    [InlineData("Mail(string a,)")]
    [InlineData("Mail(string)")]
    [InlineData("Mail(string 1a)")]
    [InlineData("uint8(string a)")]                     // a struct named like a type of Solidity
    [InlineData("Mail(uint a)")]                        // aliases are not canonical
    [InlineData("Mail(int a)")]
    [InlineData("Mail(uint7 a)")]
    [InlineData("Mail(uint264 a)")]
    [InlineData("Mail(uint08 a)")]
    [InlineData("Mail(bytes0 a)")]
    [InlineData("Mail(bytes33 a)")]
    [InlineData("Mail(string[ a)")]
    [InlineData("Mail(string[0] a)")]
    [InlineData("Mail(string[01] a)")]
    [InlineData("Mail(string[]x a)")]
    [InlineData("Mail(Person from)")]                   // missing
    [InlineData("Mail(string a)Person(string name)")]   // not referred to
    [InlineData("Mail(A a)A(string s)A(string s)")]     // twice
    [InlineData("Mail(A a,B b)B(string s)A(string s)")] // out of order
    public void Types_that_are_not_canonical_are_refused(string text) =>
        Assert.Throws<FormatException>(() => Eip712Type.Parse(text));

    [Theory]
    [InlineData("Mail(A a,B b)A(B b)B(string s)")]
    [InlineData("Mail(A[3][] a)A(uint256 $x,int8 _y,bytes32 z)")]
    [InlineData("Empty()")]
    public void Canonical_types_are_read_and_written(string text) => Assert.Equal(text, Eip712Type.Parse(text).ToString());

    public static TheoryData<string, Eip712Value> Misfits => new()
    {
        { "uint8", 256 },
        { "uint8", -1 },
        { "uint64", BigInteger.Pow(2, 64) },
        { "uint256", BigInteger.Pow(2, 256) },
        { "int8", 128 },
        { "int8", -129 },
        { "int256", BigInteger.Pow(2, 255) },
        { "bytes32", new byte[31] },
        { "bytes32", new byte[33] },
        { "bytes4", 1 },
        { "uint8", new byte[1] },
        { "address", new byte[20] },
        { "address", "0x" },
        { "bool", 1 },
        { "string", new byte[1] },
        { "bytes", "text" },
        { "string", "\ud800" },
        { "uint8[]", 1 },
        { "uint8[2]", Eip712Value.Array(1) },
        { "uint8[]", Eip712Value.Array(1, 256) },
        { "uint8", Struct(1) },
        { "uint8", Eip712Value.Array(1) },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Values_that_do_not_fit_are_refused(string type, Eip712Value value)
    {
        var parsed = Eip712Type.Parse($"T({type} f)");
        Assert.ThrowsAny<ArgumentException>(() => parsed.Hash(value));
    }

    [Fact]
    public void No_value_is_not_an_empty_value()
    {
        Assert.Throws<ArgumentNullException>(() => (Eip712Value)(byte[])null!);
        Assert.Throws<ArgumentNullException>(() => (Eip712Value)(string)null!);
    }

    [Fact]
    public void Values_at_the_edges_fit()
    {
        (string, Eip712Value)[] edges =
        [
            ("uint8", 255), ("uint8", 0), ("uint256", BigInteger.Pow(2, 256) - 1), ("int8", -128), ("int8", 127),
            ("int256", -BigInteger.Pow(2, 255)), ("uint64", ulong.MaxValue), ("int64", long.MinValue),
        ];
        foreach (var (type, value) in edges)
            Assert.Equal(32, Eip712Type.Parse($"T({type} f)").Hash(value).Length);
    }

    [Fact]
    public void A_wrong_number_of_fields_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Mail.Hash("Hello"));
        Assert.Throws<ArgumentException>(() => Mail.Hash(Struct("Cow"), Struct("Bob"), "Hello"));
        Assert.Throws<ArgumentException>(() => Eip712.Digest(EtherMail, new byte[31]));
    }

    [Fact]
    public void Every_field_of_the_domain_counts()
    {
        Eip712Domain[] domains =
        [
            EtherMail, EtherMail with { Name = "x" }, EtherMail with { Version = "2" }, EtherMail with { ChainId = 2 }, EtherMail with { VerifyingContract = Address.Zero },
        ];
        Assert.Equal(domains.Length, domains.Select(domain => Hex.Encode(Eip712.Digest(domain, new byte[32]))).Distinct().Count());
    }
}
