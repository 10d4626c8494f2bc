using AgentKeys.Chain;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Rpc;
using Xunit;
#if NETHEREUM
using AgentKeys.Chain.Nethereum;
#endif

namespace AgentKeys.Tests.Chain;

// One suite, every client: what holds for one holds for all. Who adds a client adds its line to each.
public sealed class BuiltInRegistryTests(DeployedChain chain) : RegistryTests(chain), IClassFixture<DeployedChain>;

public sealed class BuiltInMasterOperationsTests(DeployedChain chain) : MasterOperationsTests(chain), IClassFixture<DeployedChain>;

public sealed class BuiltInDeployFaultTests(DeployedChain chain) : DeployFaultTests(chain), IClassFixture<DeployedChain>;

public sealed class BuiltInTransactionSenderTests(Anvil anvil) : TransactionSenderTests(anvil, new BuiltInChainClient()), IClassFixture<Anvil>;

public sealed class BuiltInCapLensCodecTests() : CapLensCodecTests(new BuiltInChainClient());

public sealed class BuiltInRpcFaultTests() : RpcFaultTests(new BuiltInChainClient());

#if NETHEREUM
public sealed class NethereumChain() : DeployedChain(new NethereumChainClient());

public sealed class NethereumRegistryTests(NethereumChain chain) : RegistryTests(chain), IClassFixture<NethereumChain>;

public sealed class NethereumMasterOperationsTests(NethereumChain chain) : MasterOperationsTests(chain), IClassFixture<NethereumChain>;

public sealed class NethereumDeployFaultTests(NethereumChain chain) : DeployFaultTests(chain), IClassFixture<NethereumChain>;

public sealed class NethereumTransactionSenderTests(Anvil anvil) : TransactionSenderTests(anvil, new NethereumChainClient()), IClassFixture<Anvil>;

public sealed class NethereumCapLensCodecTests() : CapLensCodecTests(new NethereumChainClient());

public sealed class NethereumRpcFaultTests() : RpcFaultTests(new NethereumChainClient());
#endif
