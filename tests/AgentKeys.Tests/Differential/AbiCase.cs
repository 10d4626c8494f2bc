using System.Globalization;
using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;

namespace AgentKeys.Tests.Differential;

/// <summary>Random types and a value of each.</summary>
internal sealed record AbiCase(AbiType Types, object[] Values)
{
    public string[] TypeTexts => [.. Types.Components.Select(c => c.Type.ToString())];

    /// <summary>The values as JSON: numbers as decimal text, bytes and addresses as hex, arrays and tuples as arrays.</summary>
    public object Question => ToQuestion(Values);

    public byte[] Encode() => AbiEncoder.Encode(Types, Values);

    public static AbiCase Random(RandomInputs random)
    {
        var types = AbiType.Parse($"({string.Join(',', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => TypeText(random, 3)))})");
        return new AbiCase(types, [.. types.Components.Select(c => Value(random, c.Type))]);
    }

    public static object ToQuestion(object value) => value switch
    {
        object[] items => items.Select(ToQuestion).ToArray(),
        byte[] bytes => Hex.Encode(bytes),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        Address address => address.ToString(),
        _ => value,
    };

    private static string TypeText(RandomInputs random, int depth) => random.Next(depth > 0 ? 12 : 7) switch
    {
        0 => $"uint{8 * (1 + random.Next(32))}",
        1 => $"int{8 * (1 + random.Next(32))}",
        2 => "address",
        3 => "bool",
        4 => $"bytes{1 + random.Next(32)}",
        5 => "bytes",
        6 => "string",
        7 or 8 => TypeText(random, depth - 1) + "[]",
        9 => $"{TypeText(random, depth - 1)}[{1 + random.Next(3)}]",
        _ => $"({string.Join(',', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => TypeText(random, depth - 1)))})",
    };

    private static object Value(RandomInputs random, AbiType type) => type.Kind switch
    {
        AbiKind.UInt => random.Unsigned(type.Size),
        AbiKind.Int => random.Signed(type.Size),
        AbiKind.Address => random.Address(),
        AbiKind.Bool => random.OneIn(2),
        AbiKind.FixedBytes => random.Bytes(type.Size),
        AbiKind.Bytes => random.SomeBytes(70),
        AbiKind.String => random.Text(40),
        AbiKind.Array => Items(random, type.Element!, random.Next(4)),
        AbiKind.FixedArray => Items(random, type.Element!, type.Size),
        _ => type.Components.Select(c => Value(random, c.Type)).ToArray(),
    };

    private static object[] Items(RandomInputs random, AbiType type, int count) => [.. Enumerable.Range(0, count).Select(_ => Value(random, type))];
}
