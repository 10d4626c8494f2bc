using System.Text.Json.Nodes;
using AgentKeys.Broker;
using AgentKeys.Broker.Keys;
using AgentKeys.Chain;
using AgentKeys.Signer;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Storage;
using AgentKeys.Worker;

namespace AgentKeys.Services.Tests.Starting;

/// <summary>One configuration file for every service, with all that it names: keys, ring, addresses. The node that it names does not answer.</summary>
internal sealed class ServiceFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ServiceFolder()
    {
        SigningKeyFile.TryCreate(_folder["k1.json"], KeyPurpose.Session, out var k1);
        SigningKeyFile.TryCreate(_folder["k2.json"], KeyPurpose.Oidc, out var k2);
        using (var key = RingKey.Generate(1))
            RingFile.Create(_folder["ring"], key);
        File.WriteAllText(_folder["deployment.json"], DeploymentJson.Write(new FakeRegistry(new ManualTime()).Deployment));
        Settings = new JsonObject
        {
            ["Chain"] = new JsonObject { ["Profile"] = "anvil", ["RpcUrls"] = new JsonArray("http://127.0.0.1:1"), ["Deployment"] = "deployment.json" },
            ["Trust"] = new JsonObject { ["Issuer"] = "http://broker.test", ["CapKeys"] = new JsonArray(JsonNode.Parse(k1!.ToJson())), ["StorageKeys"] = new JsonArray(JsonNode.Parse(k2!.ToJson())) },
            ["Broker"] = new JsonObject
            {
                ["Listen"] = "http://127.0.0.1:0",
                ["PublicUrl"] = "http://broker.test",
                ["SessionKeyFile"] = "k1.json",
                ["OidcKeyFile"] = "k2.json",
                ["StateDir"] = "state/broker",
            },
            ["Signer"] = new JsonObject
            {
                ["Socket"] = "run/signer.sock",
                ["RingDir"] = "ring",
                ["StateDir"] = "state/signer",
                ["Peers"] = new JsonArray(new JsonObject { ["Uid"] = 1000, ["Classes"] = new JsonObject { ["credentials"] = "http://vault.test" } }),
            },
            ["Workers"] = new JsonObject { ["credentials"] = Worker("credentials"), ["memory"] = Worker("memory") },
        };
        Save();
    }

    /// <summary>Under <c>AgentKeys</c>; changes are written by <see cref="Save"/>.</summary>
    public JsonObject Settings { get; }

    public string Path => _folder.Path;
    public string Config => _folder["agentkeys.json"];

    public static IReadOnlyList<string> Services => ["broker", "signer", "credentials", "memory"];

    /// <summary>A service's own settings.</summary>
    public JsonObject SectionOf(string service) => (service switch
    {
        "broker" => Settings["Broker"],
        "signer" => Settings["Signer"],
        _ => Settings["Workers"]![service],
    })!.AsObject();

    public static string NameOf(string service) => service switch { "broker" => "AgentKeys:Broker", "signer" => "AgentKeys:Signer", _ => "AgentKeys:Workers:" + service };

    public void Save(JsonObject? beside = null)
    {
        var file = new JsonObject { ["AgentKeys"] = Settings.DeepClone() };
        foreach (var (name, value) in beside ?? [])
            file[name] = value!.DeepClone();
        File.WriteAllText(Config, file.ToJsonString());
    }

    public static string[] CommandOf(string service, params string[] args)
    {
        var program = (service switch { "broker" => typeof(BrokerHost), "signer" => typeof(SignerHost), _ => typeof(WorkerHost) }).Assembly.Location;
        string[] role = service is "broker" or "signer" ? [] : ["--role", service];
        return ["exec", program, .. role, .. args];
    }

    /// <summary>Runs to its end, in a folder without a configuration file.</summary>
    public Task<CommandResult> RunAsync(string service, IReadOnlyDictionary<string, string>? environment, params string[] args) =>
        Command.RunAsync("dotnet", CommandOf(service, args), Directory.CreateDirectory(_folder["elsewhere"]).FullName, default, environment, deadline: TimeSpan.FromMinutes(2));

    public void Dispose() => _folder.Dispose();

    private static JsonObject Worker(string role) => new()
    {
        ["Listen"] = "http://127.0.0.1:0",
        ["PublicUrl"] = "http://vault.test",
        ["StateDir"] = "state/" + role,
        ["SignerSocket"] = "run/signer.sock",
        ["Store"] = new JsonObject { ["Kind"] = "local", ["Id"] = "dev", ["Root"] = "store" },
    };
}
