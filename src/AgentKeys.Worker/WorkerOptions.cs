using System.ComponentModel;
using AgentKeys.Hosting;

namespace AgentKeys.Worker;

/// <summary>Section <c>AgentKeys:Workers:&lt;role&gt;</c>. Relative paths are relative to the configuration file's folder.</summary>
public sealed class WorkerOptions : IValidatedSettings
{
    [Description("Where clients are served: http://127.0.0.1:9094. TLS ends at the proxy in front.")]
    public string? Listen { get; set; }

    [Description("Where health and metrics are read, apart from the clients; without it metrics are at Listen, from this machine only.")]
    public string? MetricsListen { get; set; }

    [Description("What clients call it and make their proofs for: an http or https URL without a path.")]
    public string? PublicUrl { get; set; }

    [Description("Folder of the audit log.")]
    public string? StateDir { get; set; }

    [Description("Path of the signer's Unix socket.")]
    public string? SignerSocket { get; set; }

    [Description("How long the signer may take: 100 to 60000.")]
    public int SignerTimeoutMilliseconds { get; set; } = 5000;

    [Description("Where the sealed objects lie.")]
    public StoreOptions Store { get; set; } = new();

    [Description("Room of the actors of agent_rooted operators, who touch memory alone.")]
    public AgentRootedOptions AgentRooted { get; set; } = new();

    /// <summary>Above the sections of the roles.</summary>
    public const string Sections = "AgentKeys:Workers";

    public static string Section(WorkerRole role) => $"{Sections}:{role.Name}";

    public void Validate(SettingErrors errors)
    {
        errors.RequireListenAddress(Listen, nameof(Listen));
        if (MetricsListen is not null)
            errors.RequireListenAddress(MetricsListen, nameof(MetricsListen));
        errors.Require(Verification.PublicUrl.IsValid(PublicUrl), nameof(PublicUrl), Verification.PublicUrl.Expectation);
        errors.Require(StateDir is { Length: > 0 }, nameof(StateDir), "the path of a folder");
        errors.Require(SignerSocket is { Length: > 0 }, nameof(SignerSocket), "the path of the signer's Unix socket");
        errors.Require(SignerTimeoutMilliseconds is >= 100 and <= 60_000, nameof(SignerTimeoutMilliseconds), "100 to 60000");
        errors.Require(Store.Kind == StoreOptions.Local, "Store:Kind", "local");
        errors.Require(Store.Id is { Length: > 0 and <= 64 }, "Store:Id", "the name of the store in its tokens' audience, 1 to 64 characters");
        errors.Require(Store.Root is { Length: > 0 }, "Store:Root", "the path of a folder");
        errors.Require(AgentRooted.MaxObjects >= 0, "AgentRooted:MaxObjects", "0 or more");
        errors.Require(AgentRooted.MaxBytes >= 0, "AgentRooted:MaxBytes", "0 or more");
    }
}

/// <summary>Most of one actor, together.</summary>
public sealed class AgentRootedOptions
{
    [Description("Most objects of one actor: 0 or more.")]
    public int MaxObjects { get; set; } = 64;

    [Description("Most sealed bytes of one actor: 0 or more.")]
    public long MaxBytes { get; set; } = 1024 * 1024;
}

/// <summary>Where this role's sealed objects lie.</summary>
public sealed class StoreOptions
{
    /// <summary>A folder.</summary>
    public const string Local = "local";

    [Description("local: a folder.")]
    public string? Kind { get; set; }

    [Description("The store's name in the audience of its storage tokens, agentkeys:store:ID:CLASS: 1 to 64 characters.")]
    public string? Id { get; set; }

    [Description("Folder of a local store.")]
    public string? Root { get; set; }
}
