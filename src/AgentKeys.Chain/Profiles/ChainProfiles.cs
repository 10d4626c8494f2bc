using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>The chains that AgentKeys knows by name. The RPC URLs are public ones, good for a first look; bring your own.</summary>
public static class ChainProfiles
{
    public static IReadOnlyList<ChainProfile> All { get; } =
    [
        new()
        {
            Name = "anvil",
            ChainId = 31337,
            RpcUrls = [new("http://127.0.0.1:8545")],
            Blocks = BlockProduction.OnDemand,
            Confirmations = 0,
            MaxHeadAgeSeconds = null,
            GasModel = GasModel.Eip1559,
            Dev = true,
        },
        Public("heima", 212013, "https://rpc.heima-parachain.heima.network", 2, 120, GasModel.Legacy, "https://heima.statescan.io"),
        Public("base", 8453, "https://mainnet.base.org", 10, 60, GasModel.Eip1559, "https://basescan.org"),
        Public("base-sepolia", 84532, "https://sepolia.base.org", 10, 60, GasModel.Eip1559, "https://sepolia.basescan.org"),
        Public("sepolia", 11155111, "https://ethereum-sepolia-rpc.publicnode.com", 3, 120, GasModel.Eip1559, "https://sepolia.etherscan.io"),
        Public("ethereum", 1, "https://ethereum-rpc.publicnode.com", 3, 120, GasModel.Eip1559, "https://etherscan.io"),
    ];

    /// <summary>Null: no chain has that name.</summary>
    public static ChainProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    private static ChainProfile Public(string name, ulong id, string rpc, int confirmations, int maxHeadAge, GasModel gas, string explorer) => new()
    {
        Name = name,
        ChainId = id,
        RpcUrls = [new(rpc)],
        Blocks = BlockProduction.Continuous,
        Confirmations = confirmations,
        MaxHeadAgeSeconds = maxHeadAge,
        GasModel = gas,
        Explorer = new(explorer),
    };
}
