using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Xunit;

namespace AgentKeys.Tests.Abi;

/// <summary>Random types with random values, from fixed seeds: a failure repeats.</summary>
public class AbiFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_value_of_any_type_goes_round(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1500; i++)
        {
            var type = AbiType.TupleOf([new("", RandomType(random, 3)), new("", RandomType(random, 3))]);
            object[] values = [RandomValue(random, type.Components[0].Type), RandomValue(random, type.Components[1].Type)];

            Assert.Equal(type, AbiType.Parse(type.ToString()));
            Assert.Equal(AbiFault.None, AbiDecoder.Decode(type, AbiEncoder.Encode(type, values), out var back));
            Assert.Equal(values, back);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_encodings_are_refused_or_canonical_and_never_throw(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 1500; i++)
        {
            var type = AbiType.TupleOf([new("", RandomType(random, 3))]);
            var data = AbiEncoder.Encode(type, RandomValue(random, type.Components[0].Type)).ToList();
            for (var damage = random.Next(1, 4); damage > 0 && data.Count > 0; damage--)
            {
                var at = random.Next(data.Count);
                switch (random.Next(4))
                {
                    case 0: data[at] = (byte)random.Next(256); break;
                    case 1: data.RemoveRange(at, data.Count - at); break;
                    case 2: data.InsertRange(at, new byte[random.Next(1, 40)]); break;
                    default: data[Math.Min(at | 31, data.Count - 1)] ^= 0x20; break;
                }
            }

            byte[] damaged = [.. data];
            if (AbiDecoder.Decode(type, damaged, out var values) == AbiFault.None)
                Assert.Equal(damaged, AbiEncoder.Encode(type, values));
        }
    }

    [Fact]
    public void Noise_never_throws()
    {
        var random = new Random(4);
        for (var i = 0; i < 3000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            AbiDecoder.Decode(AbiType.TupleOf([new("", RandomType(random, 3))]), noise, out _);
        }
    }

    private static readonly string[] Letters = ["a", "é", "€", "😀"];

    private static AbiType RandomType(Random random, int depth) => random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => AbiType.UInt(8 * random.Next(1, 33)),
        1 => AbiType.Int(8 * random.Next(1, 33)),
        2 => AbiType.Address,
        3 => AbiType.Bool,
        4 => AbiType.FixedBytes(random.Next(1, 33)),
        5 => AbiType.Bytes,
        6 => AbiType.String,
        7 => AbiType.ArrayOf(RandomType(random, depth - 1)),
        8 => AbiType.FixedArrayOf(RandomType(random, depth - 1), random.Next(1, 4)),
        _ => AbiType.TupleOf([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new AbiParameter("", RandomType(random, depth - 1)))]),
    };

    private static object RandomValue(Random random, AbiType type) => type.Kind switch
    {
        AbiKind.UInt => new BigInteger(Bytes(random, random.Next(1, type.Size / 8 + 1)), isUnsigned: true),
        AbiKind.Int => new BigInteger(Bytes(random, random.Next(1, type.Size / 8 + 1))),
        AbiKind.Address => Address.FromBytes(Bytes(random, 20)),
        AbiKind.Bool => random.Next(2) == 1,
        AbiKind.FixedBytes => Bytes(random, type.Size),
        AbiKind.Bytes => Bytes(random, random.Next(70)),
        AbiKind.String => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)])),
        AbiKind.Array => Values(random, type.Element!, random.Next(4)),
        AbiKind.FixedArray => Values(random, type.Element!, type.Size),
        _ => type.Components.Select(c => RandomValue(random, c.Type)).ToArray(),
    };

    private static object[] Values(Random random, AbiType type, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => RandomValue(random, type))];

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
