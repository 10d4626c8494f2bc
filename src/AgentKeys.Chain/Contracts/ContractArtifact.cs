using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;

namespace AgentKeys.Chain;

/// <summary>One compiled contract: what it declares, what deploys it, and what is then on chain.</summary>
public sealed class ContractArtifact
{
    private readonly byte[] _creation;
    private readonly byte[] _deployed;
    private readonly List<(int Start, int Length)> _immutables;

    private ContractArtifact(string name, JsonElement json)
    {
        Name = name;
        Abi = AbiContract.FromJson(json.GetProperty("abi"));
        _creation = Hex.Decode(json.GetProperty("bytecode").GetString()!);
        _deployed = Hex.Decode(json.GetProperty("deployedBytecode").GetString()!);
        _immutables = [.. json.GetProperty("immutableReferences").EnumerateArray()
            .SelectMany(one => one.EnumerateArray())
            .Select(place => (place.GetProperty("start").GetInt32(), place.GetProperty("length").GetInt32()))];
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

    /// <summary>Whether this is the contract's code, whatever its constructor put into the immutables: those are asked for
    /// by their getters (<see cref="DeploymentCheck"/>).</summary>
    public bool Matches(ReadOnlySpan<byte> codeOnChain) =>
        codeOnChain.Length == _deployed.Length && Masked(codeOnChain).AsSpan().SequenceEqual(Masked(_deployed));

    private byte[] Masked(ReadOnlySpan<byte> code)
    {
        var masked = code.ToArray();
        foreach (var (start, length) in _immutables)
            masked.AsSpan(start, length).Clear();
        return masked;
    }
}
