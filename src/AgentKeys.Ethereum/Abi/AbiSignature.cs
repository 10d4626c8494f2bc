using System.Text;

namespace AgentKeys.Ethereum.Abi;

/// <summary>What functions, errors and events have in common: a name, parameters, and the hash of <c>name(type,...)</c>.</summary>
public sealed class AbiSignature
{
    private readonly byte[] _hash;

    /// <exception cref="FormatException">The name is empty.</exception>
    public AbiSignature(string name, IReadOnlyList<AbiParameter> parameters)
    {
        if (string.IsNullOrEmpty(name))
            throw new FormatException("An ABI signature begins with a name.");
        ArgumentNullException.ThrowIfNull(parameters);
        Name = name;
        Parameters = parameters;
        Text = name + AbiType.Text(parameters);
        _hash = Keccak256.Hash(Encoding.ASCII.GetBytes(Text));
    }

    public string Name { get; }

    public IReadOnlyList<AbiParameter> Parameters { get; }

    /// <summary><c>transfer(address,uint256)</c></summary>
    public string Text { get; }

    /// <summary>keccak256 of <see cref="Text"/>: an event's first topic.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The first four bytes of <see cref="Hash"/>.</summary>
    public ReadOnlySpan<byte> Selector => _hash.AsSpan(0, 4);

    /// <summary>Reads <c>name(type [indexed] [name], ...)</c>.</summary>
    /// <exception cref="FormatException">Not such a text.</exception>
    public static AbiSignature Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new AbiSignatureParser(text);
        var signature = new AbiSignature(parser.ReadName(), parser.ReadParameters());
        parser.ExpectEnd();
        return signature;
    }

    public override string ToString() => Text;
}
