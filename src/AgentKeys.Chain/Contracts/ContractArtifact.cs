using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;

namespace AgentKeys.Chain;

/// <summary>One compiled contract: what it declares, what deploys it, and what is then on chain.</summary>
public sealed class ContractArtifact
{
    private readonly byte[] _creation;
    private readonly byte[] _deployed;
    private readonly List<(string Name, List<(int Start, int Length)> Places)> _immutables;

    private ContractArtifact(string name, JsonElement json)
    {
        Name = name;
        Abi = AbiContract.FromJson(json.GetProperty("abi"));
        _creation = Hex.Decode(json.GetProperty("bytecode").GetString()!);
        _deployed = Hex.Decode(json.GetProperty("deployedBytecode").GetString()!);
        _immutables = [.. json.GetProperty("immutableReferences").EnumerateArray()
            .Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("places").EnumerateArray()
                .Select(place => (place.GetProperty("start").GetInt32(), place.GetProperty("length").GetInt32())).ToList()))];
    }

    public string Name { get; }

    public AbiContract Abi { get; }

    /// <exception cref="FormatException">Not an artifact.</exception>
    public static ContractArtifact Parse(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ContractArtifact(name, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The artifact of {name} is damaged.", e);
        }
    }

    /// <summary>What a deploying transaction carries.</summary>
    public byte[] CreationCode(params ReadOnlySpan<object?> constructorArguments)
    {
        byte[] arguments = Abi.ConstructorParameters.Count == 0
            ? []
            : AbiEncoder.Encode(AbiType.TupleOf(Abi.ConstructorParameters), constructorArguments);
        return [.. _creation, .. arguments];
    }

    /// <summary>How the code on chain differs from this contract's, whatever its constructor put into the immutables; null: not at all.</summary>
    public string? DifferenceOf(ReadOnlySpan<byte> codeOnChain)
    {
        if (codeOnChain.Length != _deployed.Length)
            return $"{codeOnChain.Length} bytes of code, this release's has {_deployed.Length}";
        var (actual, expected) = (Masked(codeOnChain), Masked(_deployed));
        var at = actual.AsSpan().CommonPrefixLength(expected);
        return at == expected.Length ? null : $"byte {at} is 0x{actual[at]:x2}, this release's is 0x{expected[at]:x2}";
    }

    /// <summary>
    /// What the constructor put into each immutable, a word by name. Null where the places of one immutable hold different words,
    /// which no constructor does.
    /// </summary>
    /// <param name="codeOnChain">Does not differ (<see cref="DifferenceOf"/>).</param>
    public IReadOnlyDictionary<string, byte[]?> ImmutablesOf(ReadOnlySpan<byte> codeOnChain)
    {
        var words = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach (var (name, places) in _immutables)
        {
            var word = codeOnChain.Slice(places[0].Start, places[0].Length).ToArray();
            var same = true;
            foreach (var (start, length) in places)
                same &= codeOnChain.Slice(start, length).SequenceEqual(word);
            words.Add(name, same ? word : null);
        }

        return words;
    }

    private byte[] Masked(ReadOnlySpan<byte> code)
    {
        var masked = code.ToArray();
        foreach (var (start, length) in _immutables.SelectMany(one => one.Places))
            masked.AsSpan(start, length).Clear();
        return masked;
    }
}
