namespace AgentKeys.Chain;

/// <summary>Which chain client a process uses: the words of its configuration, judged against what it was built with.</summary>
public static class ChainClientChoice
{
    /// <summary>The first of those that are compiled in.</summary>
    public const string Auto = "auto";

    /// <summary>Known to every build, compiled into those whose package feed has its packages.</summary>
    public const string Nethereum = "nethereum";

    /// <param name="setting">One of auto, nethereum, builtin; null or empty: auto.</param>
    /// <param name="compiled">What this program was built with, the preferred one first.</param>
    /// <param name="error">What is wrong and what to do, for whoever wrote the setting; empty if nothing is.</param>
    /// <returns>Null: the setting names no client, or one that is not compiled in.</returns>
    public static IChainClient? Choose(string? setting, IReadOnlyList<IChainClient> compiled, out string error)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        error = "";
        if (string.IsNullOrEmpty(setting) || setting == Auto)
            return compiled[0];
        if (compiled.FirstOrDefault(c => c.Name == setting) is { } client)
            return client;
        error = setting == Nethereum
            ? "nethereum is not compiled into this program: build it where the package feed has Nethereum (dotnet build Chain.sln -p:WithNethereum=true), or choose auto or builtin"
            : "one of auto, nethereum, builtin";
        return null;
    }
}
