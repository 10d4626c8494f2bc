using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>Writes the services' configuration and the network description of a stack, anew at every start.</summary>
internal static class DevConfig
{
    public const string Profile = "anvil";
    private const string StoreId = "dev";
    private const string Audience = $"agentkeys:store:{StoreId}:credentials";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <param name="publicKeys">of <see cref="DevKeys.EnsureBrokerAsync"/>.</param>
    public static void Write(DevFolder folder, DevPorts ports, JsonObject publicKeys)
    {
        var config = new JsonObject { ["AgentKeys"] = Settings(ports, publicKeys) };
        PrivateFiles.Write(folder.Config, Encoding.UTF8.GetBytes(config.ToJsonString(s_indented)));

        using var deployment = JsonDocument.Parse(File.ReadAllBytes(folder.Deployment));
        var network = new NetworkDescription(
            ports.BrokerUrl, new Dictionary<string, Uri> { ["credentials"] = ports.CredentialsUrl }, Profile, [ports.ChainUrl], deployment.RootElement, Audience);
        PrivateFiles.Write(folder.Network, network.ToJson());
    }

    /// <summary>Relative paths start at the file's folder: the stack may be moved.</summary>
    private static JsonObject Settings(DevPorts ports, JsonObject publicKeys) => new()
    {
        ["Chain"] = new JsonObject { ["Profile"] = Profile, ["RpcUrls"] = new JsonArray(Text(ports.ChainUrl)), ["Deployment"] = "deployment.json", ["TimeoutMilliseconds"] = 2000 },
        ["Trust"] = new JsonObject
        {
            ["Issuer"] = Text(ports.BrokerUrl),
            ["CapKeys"] = new JsonArray(publicKeys["session"]!.DeepClone()),
            ["StorageKeys"] = new JsonArray(publicKeys["oidc"]!.DeepClone()),
        },
        ["Broker"] = new JsonObject
        {
            ["Listen"] = Text(ports.BrokerUrl),
            ["PublicUrl"] = Text(ports.BrokerUrl),
            ["SessionKeyFile"] = "keys/broker/k1.json",
            ["OidcKeyFile"] = "keys/broker/k2.json",
            ["StateDir"] = "state/broker",
            ["Audiences"] = new JsonObject { ["credentials"] = Audience },
        },
        ["Signer"] = new JsonObject
        {
            ["Socket"] = "run/signer.sock",
            ["RingDir"] = "keys/ring",
            ["StateDir"] = "state/signer",
            ["Peers"] = new JsonArray(new JsonObject { ["Uid"] = ProcessIdentity.UserId(), ["Classes"] = new JsonObject { ["credentials"] = Text(ports.CredentialsUrl) } }),
        },
        ["Workers"] = new JsonObject
        {
            ["credentials"] = new JsonObject
            {
                ["Listen"] = Text(ports.CredentialsUrl),
                ["PublicUrl"] = Text(ports.CredentialsUrl),
                ["StateDir"] = "state/credentials",
                ["SignerSocket"] = "run/signer.sock",
                ["Store"] = new JsonObject { ["Kind"] = "local", ["Id"] = StoreId, ["Root"] = "state/store" },
            },
        },
    };

    /// <summary>Without the slash that a Uri adds: the text goes into tokens.</summary>
    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
