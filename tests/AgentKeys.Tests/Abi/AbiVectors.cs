using System.Numerics;
using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Tests.Abi;

/// <summary>The examples of Solidity's "Contract ABI Specification", 0.8, and a few that its encoder gave for nested types.</summary>
public static class AbiVectors
{
    public static readonly (string Types, object[] Values, string[] Words)[] All =
    [
        // baz(uint32,bool) with 69, true
        ("(uint32,bool)", [69, true], ["45", "1"]),
        // bar(bytes3[2]) with "abc", "def"
        ("(bytes3[2])", [new object[] { Ascii("abc"), Ascii("def") }], ["616263<", "646566<"]),
        // sam(bytes,bool,uint256[]) with "dave", true, [1,2,3]
        ("(bytes,bool,uint256[])", [Ascii("dave"), true, new object[] { 1, 2, 3 }],
            ["60", "1", "a0", "4", "64617665<", "3", "1", "2", "3"]),
        // f(uint256,uint32[],bytes10,bytes) with 0x123, [0x456, 0x789], "1234567890", "Hello, world!"
        ("(uint256,uint32[],bytes10,bytes)", [0x123, new object[] { 0x456, 0x789 }, Ascii("1234567890"), Ascii("Hello, world!")],
            ["123", "80", "31323334353637383930<", "e0", "2", "456", "789", "d", "48656c6c6f2c20776f726c6421<"]),
        // g(uint256[][],string[]) with [[1, 2], [3]], ["one", "two", "three"]
        ("(uint256[][],string[])", [new object[] { new object[] { 1, 2 }, new object[] { 3 } }, new object[] { "one", "two", "three" }],
            ["40", "140", "2", "40", "a0", "2", "1", "2", "1", "3", "3", "60", "a0", "e0", "3", "6f6e65<", "3", "74776f<", "5", "7468726565<"]),
        // A dynamic struct in an array, a static one beside it.
        ("((bytes32,bytes)[],(uint8,address))",
            [new object[] { (Enumerable.Repeat((byte)0x11, 32).ToArray(), new byte[] { 0xaa }) }, (7, Address.Parse("0x00000000000000000000000000000000000000ff"))],
            ["60", "7", "ff", "1", "20", new string('1', 64), "40", "1", "aa<"]),
        ("(int8,int256,int16)", [-1, BigInteger.MinusOne << 255, 127], [new string('f', 64), "8<", "7f"]),
        ("(string,bytes)", ["", Array.Empty<byte>()], ["40", "60", "0", "0"]),
        ("(uint256)", [(BigInteger.One << 256) - 1], [new string('f', 64)]),
    ];

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>Words as short hex: right-aligned, or left-aligned with a "&lt;" behind.</summary>
    public static byte[] Words(IEnumerable<string> words) => Convert.FromHexString(string.Concat(
        words.Select(w => w.EndsWith('<') ? w[..^1].PadRight(64, '0') : w.PadLeft(64, '0'))));
}
