namespace AgentKeys.Ethereum.Abi;

/// <summary>A function of a contract: calldata from arguments, results from return data.</summary>
public sealed class AbiFunction
{
    /// <param name="signature"><c>name(type name, ...)</c>.</param>
    /// <param name="results">The returned types in parentheses; empty or <c>()</c> for none.</param>
    /// <exception cref="FormatException">Not such texts.</exception>
    public AbiFunction(string signature, string results = "()")
        : this(AbiSignature.Parse(signature), ParseList(results))
    {
    }

    public AbiFunction(AbiSignature signature, IReadOnlyList<AbiParameter> results)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(results);
        Signature = signature;
        Results = results;
    }

    public AbiSignature Signature { get; }

    public IReadOnlyList<AbiParameter> Results { get; }

    /// <summary>Calldata: the selector, then the arguments.</summary>
    /// <exception cref="ArgumentException">Values that do not fit; see <see cref="AbiEncoder"/>.</exception>
    public byte[] Encode(params ReadOnlySpan<object?> arguments) =>
        AbiEncoder.Encode(Signature.Parameters, arguments, Signature.Selector);

    /// <summary>The arguments of somebody's calldata.</summary>
    public AbiFault DecodeCall(ReadOnlySpan<byte> calldata, out object[] arguments)
    {
        arguments = [];
        return calldata.Length < 4 || !calldata[..4].SequenceEqual(Signature.Selector)
            ? AbiFault.WrongSelector
            : AbiDecoder.Decode(Signature.Parameters, calldata[4..], out arguments);
    }

    /// <summary>What a call returned. No code at the address returns nothing, which is <see cref="AbiFault.Truncated"/>.</summary>
    public AbiFault DecodeResult(ReadOnlySpan<byte> returnData, out object[] results) =>
        AbiDecoder.Decode(Results, returnData, out results);

    public override string ToString() => Signature.Text;

    private static List<AbiParameter> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return [];
        var parser = new AbiSignatureParser(text);
        var list = parser.ReadParameters();
        parser.ExpectEnd();
        return list;
    }
}
