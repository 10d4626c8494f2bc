using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// Whether a deployment is what this release expects, asked in one batch: the chain's id, at every address the code that this
/// release carries, byte for byte, in its immutables the other contracts, and that they say so when asked. Code without wiring
/// would let somebody else's registry stand behind a genuine lens.
/// </summary>
public static class DeploymentCheck
{
    private static readonly (string Contract, string Getter, Func<Deployment, Address> Expected)[] Wiring =
    [
        (ContractNames.K11Verifier, "p256", d => d.P256),
        (ContractNames.SidecarRegistry, "k11", d => d.K11),
        (ContractNames.SidecarRegistry, "recovery", d => d.Recovery),
        (ContractNames.RecoveryProposals, "registry", d => d.Registry),
        (ContractNames.AgentKeysScope, "registry", d => d.Registry),
        (ContractNames.CapLens, "registry", d => d.Registry),
        (ContractNames.CapLens, "scope", d => d.Scope),
        (ContractNames.CapLens, "epochs", d => d.Epoch),
    ];

    /// <exception cref="ChainUnavailableException">It is not, or the node cannot be asked. The message names the contract.</exception>
    public static async Task VerifyAsync(EthereumClient client, Deployment deployment, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(deployment);
        var chainId = EthereumCalls.ChainId();
        var codes = deployment.Contracts.Select(c => (c.Contract, Call: EthereumCalls.GetCode(c.Address, BlockId.Latest))).ToList();
        var links = Wiring.Select(w => (w.Contract, w.Getter, Expected: w.Expected(deployment), Call: Ask(deployment, w.Contract, w.Getter))).ToList();
        try
        {
            await client.Rpc.SendBatchAsync([chainId, .. codes.Select(c => c.Call), .. links.Select(l => l.Call)], cancel);
            if (chainId.Result != deployment.ChainId)
                throw new ChainUnavailableException(ChainFault.WrongChain);
            foreach (var (contract, call) in codes)
                CheckCode(contract, call.Result);
            foreach (var (contract, call) in codes)
                CheckImmutables(contract, call.Result, deployment);
            foreach (var (contract, getter, expected, call) in links)
                CheckLink(contract, getter, expected, call.Result);
        }
        catch (RpcException e)
        {
            throw ChainUnavailableException.From(e);
        }
    }

    /// <exception cref="ChainUnavailableException">Nothing, or something else.</exception>
    internal static void CheckCode(string contract, ReadOnlySpan<byte> code)
    {
        if (code.IsEmpty)
            throw new ChainUnavailableException(ChainFault.NoCode, $"({contract})");
        if (ContractArtifacts.Get(contract).DifferenceOf(code) is { } difference)
            throw new ChainUnavailableException(ChainFault.WrongVersion, $"({contract}: {difference})");
    }

    private static void CheckImmutables(string contract, ReadOnlySpan<byte> code, Deployment deployment)
    {
        var expected = Wiring.Where(w => w.Contract == contract).ToDictionary(w => w.Getter, w => ContractImmutables.Word(w.Expected(deployment)));
        if (contract == ContractNames.RecoveryProposals)
            expected.Add("DELAY", ContractImmutables.Word(deployment.RecoveryDelaySeconds));
        if (ContractImmutables.DifferenceOf(contract, code, expected) is { } difference)
            throw new ChainUnavailableException(ChainFault.WrongVersion, $"({contract}: {difference})");
    }

    private static void CheckLink(string contract, string getter, Address expected, ReadOnlySpan<byte> answer)
    {
        var reader = new AbiReader(answer);
        var actual = reader.ReadAddress();
        if (reader.Finish() != AbiFault.None || actual != expected)
            throw new ChainUnavailableException(ChainFault.WrongVersion, $"({contract}.{getter} is another contract)");
    }

    private static RpcCall<byte[]> Ask(Deployment deployment, string contract, string getter)
    {
        var address = deployment.Contracts.First(c => c.Contract == contract).Address;
        return EthereumCalls.Call(new CallMessage(address, ContractArtifacts.Get(contract).Abi.Function(getter).Encode()), BlockId.Latest);
    }
}
