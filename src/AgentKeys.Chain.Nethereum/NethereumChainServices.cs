using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Nethereum.Signer;
using Nethereum.Web3;

namespace AgentKeys.Chain.Nethereum;

public static class NethereumChainServices
{
    /// <summary>
    /// <see cref="IRegistryReader"/> and <see cref="IRegistryWriter"/> of one deployment over the application's own
    /// <see cref="IWeb3"/>; the account that it has, if any, as <see cref="ISecp256k1Signer"/>. When the host starts, the chain and
    /// the contracts are checked: another chain or other code ends it.
    /// </summary>
    /// <param name="rpc">Deadline and attempts around the application's client; null for the defaults.</param>
    public static IServiceCollection AddNethereumChain(
        this IServiceCollection services, Deployment deployment, IWeb3 web3, GasModel gasModel = GasModel.Eip1559, RpcOptions? rpc = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(web3);
        var client = new NethereumChainClient(web3);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new EthereumClient(new NethereumTransport(web3.Client, rpc, s.GetRequiredService<TimeProvider>())));
        services.AddSingleton(s => client.Reader(s.GetRequiredService<EthereumClient>(), deployment));
        services.AddSingleton(s => client.Writer(s.GetRequiredService<EthereumClient>(), deployment, gasModel, time: s.GetRequiredService<TimeProvider>()));
        services.AddHostedService<ChainCheck>();
        if (web3.TransactionManager?.Account is { } account)
            services.TryAddSingleton<ISecp256k1Signer>(_ => NethereumAccount.FromAccount(account));
        return services;
    }

    /// <inheritdoc cref="AddNethereumChain(IServiceCollection, Deployment, IWeb3, GasModel, RpcOptions?)"/>
    /// <param name="signer">Whose account sends: a vault, a hardware wallet.</param>
    public static async Task<IServiceCollection> AddNethereumChainAsync(
        this IServiceCollection services, Deployment deployment, IWeb3 web3, IEthExternalSigner signer, GasModel gasModel = GasModel.Eip1559, RpcOptions? rpc = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var account = await NethereumAccount.FromExternalSignerAsync(signer);
        return services.AddSingleton<ISecp256k1Signer>(account).AddNethereumChain(deployment, web3, gasModel, rpc);
    }

    private sealed class ChainCheck(EthereumClient node, IRegistryReader reader) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => StartupChecks.RunAsync(node, reader, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
