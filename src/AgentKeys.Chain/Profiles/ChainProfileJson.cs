using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// A chain of one's own as a JSON file: <c>name, chainId, rpcUrls, blocks (continuous | on-demand), confirmations,
/// maxHeadAgeSeconds (with continuous only), gasModel (legacy | eip1559)</c>, and if wanted <c>explorer, dev</c>.
/// </summary>
public static class ChainProfileJson
{
    /// <exception cref="FormatException">Not such a file; the message names everything that is wrong.</exception>
    public static ChainProfile Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var reader = new StrictJsonReader(json, "chain profile");
        var blocks = reader.Text("blocks", "continuous or on-demand", Blocks);
        var profile = new ChainProfile
        {
            Name = reader.Text("name", "1 to 32 of a-z, 0-9 and -", Name) ?? "",
            ChainId = reader.Number("chainId", 1, long.MaxValue),
            RpcUrls = reader.List("rpcUrls", "a list of http or https URLs, at least one", Url),
            Blocks = blocks ?? default,
            Confirmations = (int)reader.Number("confirmations", 0, 1000),
            MaxHeadAgeSeconds = HeadAge(reader, blocks),
            GasModel = reader.Text("gasModel", "legacy or eip1559", Gas) ?? default,
            Explorer = reader.Text("explorer", "an http or https URL", Url, optional: true),
            Dev = reader.Flag("dev"),
        };
        reader.ThrowIfWrong();
        return profile;
    }

    private static int? HeadAge(StrictJsonReader reader, BlockProduction? blocks)
    {
        const string Name = "maxHeadAgeSeconds";
        if (blocks != BlockProduction.OnDemand)
            return (int)reader.Number(Name, 1, 86400);
        if (reader.Has(Name))
            reader.Error(Name, "not with on-demand blocks, whose age says nothing");
        return null;
    }

    private static BlockProduction? Blocks(string text) => text switch
    {
        "continuous" => BlockProduction.Continuous,
        "on-demand" => BlockProduction.OnDemand,
        _ => null,
    };

    private static GasModel? Gas(string text) => text switch
    {
        "legacy" => GasModel.Legacy,
        "eip1559" => GasModel.Eip1559,
        _ => null,
    };

    private static string? Name(string text) =>
        text.Length is >= 1 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : null;

    private static Uri? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) ? url : null;
}
