namespace AgentKeys.Ethereum.Abi;

/// <summary>A custom error, as it comes back in the data of a reverted call.</summary>
public sealed class AbiError(AbiSignature signature)
{
    /// <summary>revert("text") and require(condition, "text").</summary>
    public static AbiError Text { get; } = new("Error(string reason)");

    /// <summary>assert, overflow, an index out of range.</summary>
    public static AbiError Panic { get; } = new("Panic(uint256 code)");

    /// <param name="signature"><c>Name(type name, ...)</c>.</param>
    /// <exception cref="FormatException">Not such a text.</exception>
    public AbiError(string signature)
        : this(AbiSignature.Parse(signature))
    {
    }

    public AbiSignature Signature { get; } = signature;

    public byte[] Encode(params ReadOnlySpan<object?> arguments) =>
        AbiEncoder.Encode(Signature.Parameters, arguments, Signature.Selector);

    public AbiFault Decode(ReadOnlySpan<byte> revertData, out object[] arguments)
    {
        arguments = [];
        return revertData.Length < 4 || !revertData[..4].SequenceEqual(Signature.Selector)
            ? AbiFault.WrongSelector
            : AbiDecoder.Decode(Signature.Parameters, revertData[4..], out arguments);
    }

    public override string ToString() => Signature.Text;
}
