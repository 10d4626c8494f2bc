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
    private const string Credentials = "credentials";
    private const string Memory = "memory";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <param name="publicKeys">of <see cref="DevKeys.EnsureBrokerAsync"/>.</param>
    public static void Write(DevFolder folder, DevPorts ports, JsonObject publicKeys)
    {
        var config = new JsonObject { ["AgentKeys"] = Settings(ports, publicKeys) };
        PrivateFiles.Write(folder.Config, Encoding.UTF8.GetBytes(config.ToJsonString(s_indented)));

        using var deployment = JsonDocument.Parse(File.ReadAllBytes(folder.Deployment));
        var network = new NetworkDescription(
            ports.BrokerUrl, new Dictionary<string, Uri> { [Credentials] = ports.CredentialsUrl, [Memory] = ports.MemoryUrl }, Profile, [ports.ChainUrl], deployment.RootElement,
            Audience(Credentials));
        PrivateFiles.Write(folder.Network, network.ToJson());
    }

    /// <summary>Relative paths start at the file's folder: the stack may be moved.</summary>
    private static JsonObject Settings(DevPorts ports, JsonObject publicKeys) => new()
    {
        ["Chain"] = new JsonObject { ["Client"] = CliChainClient.Choose().Name, ["Profile"] = Profile, ["RpcUrls"] = new JsonArray(Text(ports.ChainUrl)), ["Deployment"] = "deployment.json", ["TimeoutMilliseconds"] = 2000 },
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
            ["Audiences"] = new JsonObject { [Credentials] = Audience(Credentials), [Memory] = Audience(Memory) },
        },
        ["Signer"] = new JsonObject
        {
            ["Socket"] = "run/signer.sock",
            ["RingDir"] = "keys/ring",
            ["StateDir"] = "state/signer",
            ["Peers"] = new JsonArray(new JsonObject
            {
                ["Uid"] = ProcessIdentity.UserId(),
                ["Classes"] = new JsonObject { [Credentials] = Text(ports.CredentialsUrl), [Memory] = Text(ports.MemoryUrl) },
            }),
        },
        ["Workers"] = new JsonObject { [Credentials] = Worker(Credentials, ports.CredentialsUrl), [Memory] = Worker(Memory, ports.MemoryUrl) },
    };

    /// <summary>One store for both: objects of a class are in folders of their own, and a storage token opens one class.</summary>
    private static JsonObject Worker(string role, Uri url) => new()
    {
        ["Listen"] = Text(url),
        ["PublicUrl"] = Text(url),
        ["StateDir"] = $"state/{role}",
        ["SignerSocket"] = "run/signer.sock",
        ["Store"] = new JsonObject { ["Kind"] = "local", ["Id"] = StoreId, ["Root"] = "state/store" },
    };

    private static string Audience(string dataClass) => $"agentkeys:store:{StoreId}:{dataClass}";

    /// <summary>Without the slash that a Uri adds: the text goes into tokens.</summary>
    public static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
