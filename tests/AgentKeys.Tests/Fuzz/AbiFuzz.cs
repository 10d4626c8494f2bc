using System.Buffers.Binary;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>A node's answers: facts as CapLens gives them, and the general decoder.</summary>
public sealed class AbiFuzz(ITestOutputHelper output)
{
    private static readonly AbiFunction s_single = ContractArtifacts.Get(ContractNames.CapLens).Abi.Function("capFacts");
    private static readonly AbiType s_facts = AbiType.TupleOf([new("", s_single.Results[0].Type)]);
    private static readonly AbiType s_batch = AbiType.TupleOf([new("", AbiType.ArrayOf(s_single.Results[0].Type))]);
    private static readonly AbiType s_mixed = AbiType.TupleOf([
        new("", AbiType.FixedBytes(32)), new("", AbiType.UInt(64)), new("", AbiType.Bytes), new("", AbiType.ArrayOf(AbiType.String)),
        new("", AbiType.FixedArrayOf(AbiType.TupleOf([new("", AbiType.Address), new("", AbiType.Bool), new("", AbiType.Int(16))]), 2))]);

    private static readonly Deployment s_deployment = new()
    {
        ChainId = 5,
        Registry = Numbered(1),
        Scope = Numbered(2),
        Epoch = Numbered(3),
        Lens = Numbered(4),
        K11 = Numbered(5),
        P256 = Numbered(6),
        Recovery = Numbered(7),
        RecoveryDelaySeconds = 10,
        Block = 1,
    };

    private static readonly byte[] s_answer = Answer();

    /// <summary>The fast reader and the general decoder agree about every answer, and one answer has one encoding.</summary>
    [Fact]
    public Task Facts() => FuzzRun.RunAsync(output, 20_000, m => BendWords(m, s_answer), answer =>
    {
        var decoded = AbiDecoder.Decode(s_facts, answer, out var values) == AbiFault.None;
        if (decoded)
            Assert.Equal(answer, AbiEncoder.Encode(s_facts, values));
        var accepted = Accepts(() => CapLensCodec.DecodeSingle(answer, s_deployment));
        Assert.Equal(decoded && IsOurs((object[])values[0]), accepted);
        return accepted;
    });

    [Fact]
    public Task Facts_in_a_batch()
    {
        byte[] two = [.. Word(32), .. Word(2), .. s_answer, .. s_answer];
        return FuzzRun.RunAsync(output, 20_000, m => BendWords(m, two), answer =>
        {
            var decoded = AbiDecoder.Decode(s_batch, answer, out var values) == AbiFault.None;
            var items = decoded ? ((object[])values[0]).Cast<object[]>().ToArray() : [];
            var accepted = Accepts(() => CapLensCodec.DecodeBatch(answer, 2, s_deployment));
            // One block for all of them: its number, time and parent.
            var ok = items.Length == 2 && items.All(IsOurs) && Enumerable.Range(3, 3).All(i => Text(items[0][i]) == Text(items[1][i]));
            Assert.Equal(ok, accepted);
            return accepted;
        });
    }

    [Fact]
    public Task Any_answer()
    {
        object[] pair = [new object[] { Numbered(7), true, (short)-2 }, new object[] { Numbered(8), false, (short)3 }];
        var valid = AbiEncoder.Encode(s_mixed, new byte[32], 9ul, new byte[] { 1, 2, 3 }, new object[] { "a", "\u00e9", "" }, pair);
        return FuzzRun.RunAsync(output, 20_000, m => BendWords(m, valid), answer =>
        {
            var accepted = AbiDecoder.Decode(s_mixed, answer, out var values) == AbiFault.None;
            if (accepted)
                Assert.Equal(answer, AbiEncoder.Encode(s_mixed, values));
            return accepted;
        });
    }

    private static bool Accepts(Action decode)
    {
        try
        {
            decode();
            return true;
        }
        catch (ChainUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Version, chain and registry are the deployment's; device tier, roles and trust tier are numbers that have a name.</summary>
    private static bool IsOurs(object[] facts) =>
        Number(facts[0]) == 2 && Number(facts[1]) == 5 && (Address)facts[2] == Numbered(1) && Number(facts[10]) <= 2 && Number(facts[11]) <= 7 && Number(facts[17]) <= 2;

    private static System.Numerics.BigInteger Number(object value) => (System.Numerics.BigInteger)value;

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : value.ToString()!;

    /// <summary>Half of the time inside one word, where numbers change and lengths stay.</summary>
    private static byte[] BendWords(Mutator mutator, byte[] valid)
    {
        if (mutator.OneIn(2))
            return mutator.Bytes(valid);
        var answer = valid.ToArray();
        for (var changes = mutator.Next(3); changes > 0; changes--)
        {
            var word = answer.AsSpan(mutator.Next(answer.Length / 32) * 32, 32);
            if (mutator.OneIn(2))
                word[31] = (byte)mutator.Next(256);
            else
                word[mutator.Next(32)] = (byte)mutator.Next(256);
        }
        return answer;
    }

    private static byte[] Answer()
    {
        var types = s_single.Results[0].Type.Components;
        var values = types.Select((t, i) => t.Type.Kind switch
        {
            AbiKind.Bool => (object)true,
            AbiKind.Address => Numbered(1),
            AbiKind.FixedBytes => Word((ulong)(100 + i)),
            _ => i switch { 0 => 2ul, 1 => 5ul, 10 or 11 or 17 => 2ul, _ => (ulong)(100 + i) },
        }).ToArray();
        return AbiEncoder.Encode(s_facts, (object)values);
    }

    private static byte[] Word(ulong number)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), number);
        return word;
    }

    private static Address Numbered(byte number) => Address.FromBytes([.. new byte[19], number]);
}
