using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// Nethereum's decoder after the project's: it takes what it can make something of (dirty padding, bytes behind the end, lengths
/// that a hostile node made up), so it is only given what the strict one has accepted.
/// </summary>
internal static class StrictOutput
{
    private static readonly FunctionCallDecoder s_decoder = new();

    /// <exception cref="ChainUnavailableException">Not what the function returns.</exception>
    public static TOutput Read<TFunction, TOutput>(string contract, byte[] answer)
        where TOutput : new()
    {
        var function = ContractArtifacts.Get(contract).Abi.Function(FunctionAttribute.GetAttribute<TFunction>().Name);
        return function.DecodeResult(answer, out _) == AbiFault.None ? Decode<TOutput>(answer) : throw new ChainUnavailableException(ChainFault.BadAnswer);
    }

    /// <param name="answer">Found to be canonical.</param>
    public static TOutput Decode<TOutput>(byte[] answer)
        where TOutput : new()
    {
        try
        {
            return s_decoder.DecodeFunctionOutput<TOutput>(Hex.Encode(answer));
        }
        // Everything: what Nethereum cannot read is no answer, whatever it throws.
        catch (Exception e)
        {
            throw new ChainUnavailableException(ChainFault.BadAnswer, inner: e);
        }
    }
}
