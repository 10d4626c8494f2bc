using System.Globalization;
using System.Text.Json;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>Stage 1: from nothing to a granted credential, and to the refusal after the grant is gone; then every wrong move, one by one.</summary>
internal static class Stage1
{
    private const string Bot = "research-bot";

    public static IReadOnlyList<Step> Steps { get; } =
    [
        new("tools", "The tools are there: .NET, Node.js, git, forge and anvil.", Tools.CheckAsync),
        new("build", "The programs are built.", Tools.BuildAsync),
        new("node", "A stack starts: an EVM node, contracts, broker, signer, worker.", StartStackAsync, SetUp: true),
        new("deploy", "The contracts' code on chain is the committed code.", VerifyContractsAsync),
        new("operator", "An operator is born: a wallet, a device key, and a passkey that the chain has verified.", CreateOperatorAsync),
        new("agent", "An agent makes its own device key; the operator approves it with the passkey.", CreateAgentAsync),
        new("import", "Six credentials are imported for the agent from a .env file, each sealed with its own key.", ImportAsync),
        new("scope", "Two of the six are granted: a P-256 assertion, verified on chain.", GrantAsync),
        new("login", "Operator and agent log in, each with a device key.", LoginAsync),
        new("fetch", "The agent fetches exactly the two it was granted, byte for byte, under the names a person typed.", FetchAsync),
        new("not-granted", "The other four are refused.", NotGrantedAsync),
        new("operator-fetch", "The operator may store for the agent, but never fetch.", OperatorMayNotFetchAsync),
        new("revoke", "The scope is revoked, and the very next fetch is refused by that block.", RevokeAsync),
        .. Attacks.AttackSteps.All,
    ];

    private static async Task<string> StartStackAsync(DemoContext context, CancellationToken ct)
    {
        SoftwarePasskeyBrowser.Install(context.Programs, context.State);
        context.Stack ??= await DevStack.StartAsync(context.Programs, context.DevState, ct);
        var ready = context.Stack.Ready;
        var services = ready.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("name").GetString());
        context.Header =
        [
            $"chain client {ready.GetProperty("chain_client").GetString()} | P-256 in {ready.GetProperty("p256").GetString()} | store {StoreKind(context)} | authenticator software",
            await Tools.VersionsAsync(context, ct),
        ];
        return $"{string.Join(", ", services)} on chain {ready.GetProperty("chain_id").GetUInt64()}";
    }

    /// <summary>What the stack's configuration says, as the worker reads it.</summary>
    private static string StoreKind(DemoContext context)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(context.Stack!.Ready.GetProperty("config").GetString()!));
        return config.RootElement.GetProperty("AgentKeys").GetProperty("Workers").GetProperty("credentials").GetProperty("Store").GetProperty("Kind").GetString()!;
    }

    private static async Task<string> VerifyContractsAsync(DemoContext context, CancellationToken ct)
    {
        var answer = await context.Operator.JsonAsync(ct, "chain", "verify");
        var contracts = answer.GetProperty("contracts").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToList();
        return $"{contracts.Count} contracts: {string.Join(", ", contracts)}";
    }

    private static async Task<string> CreateOperatorAsync(DemoContext context, CancellationToken ct)
    {
        var answer = await context.Operator.JsonAsync(ct, "init");
        return $"operator {Short(answer.GetProperty("operator_omni"))}, registered in block {answer.GetProperty("block").GetUInt64()}, human_anchored";
    }

    private static async Task<string> CreateAgentAsync(DemoContext context, CancellationToken ct)
    {
        var operatorOmni = (await context.Operator.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        var request = await context.Agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni);
        var file = Path.Combine(context.State, "registration-request.json");
        await File.WriteAllTextAsync(file, request, ct);
        var answer = await context.Operator.JsonAsync(ct, "agent", "create", Bot, "--request", file);
        return $"{Bot} is actor {Short(answer.GetProperty("actor_omni"))}, registered in block {answer.GetProperty("block").GetUInt64()}";
    }

    private static async Task<string> ImportAsync(DemoContext context, CancellationToken ct)
    {
        DotEnv.Write(context);
        var answer = await context.Operator.JsonAsync(ct, "cred", "import", DotEnv.File(context), "--agent", Bot);
        Expect(answer.GetProperty("stored").GetInt32() == DotEnv.Names.Count, "all six should have been stored");
        var plain = DotEnv.FindInClear(context, Path.Combine(context.DevState));
        Expect(plain is null, $"a credential stands in clear in {plain}");
        return $"{DotEnv.Names.Count} sealed objects, none of the values in clear anywhere in the stack's folder";
    }

    private static async Task<string> GrantAsync(DemoContext context, CancellationToken ct)
    {
        var answer = await context.Operator.JsonAsync(ct, ["scope", "set", Bot, .. DotEnv.Granted, "--read-only"]);
        return $"{string.Join(" and ", DotEnv.Granted)}, read-only, block {answer.GetProperty("block").GetUInt64()}";
    }

    private static async Task<string> LoginAsync(DemoContext context, CancellationToken ct)
    {
        var asOperator = await context.Operator.JsonAsync(ct, "login");
        var asAgent = await context.Agent.JsonAsync(ct, "login");
        Expect(asOperator.GetProperty("login").GetString() == "device" && asAgent.GetProperty("login").GetString() == "device", "both log in with a device key");
        Expect(asOperator.GetProperty("operator_omni").GetString() == asAgent.GetProperty("operator_omni").GetString(), "the agent's operator should be the operator");
        return "two sessions of one hour, each bound to its device key";
    }

    private static async Task<string> FetchAsync(DemoContext context, CancellationToken ct)
    {
        foreach (var name in DotEnv.Granted)
        {
            var fetched = await context.Agent.OkAsync(ct, "cred", "fetch", name);
            Expect(fetched == DotEnv.Value(context, name), $"{name} should come back byte for byte");
            var typed = (await context.Agent.JsonAsync(ct, "cred", "fetch", name, "--out", Path.Combine(context.State, "fetched"))).GetProperty("name").GetString();
            Expect(typed == name, $"{name} should come back under the name that was typed, not {typed}");
        }
        return string.Join(" and ", DotEnv.Granted);
    }

    private static async Task<string> NotGrantedAsync(DemoContext context, CancellationToken ct)
    {
        foreach (var name in DotEnv.Names.Except(DotEnv.Granted))
            await context.Agent.RefusedAsync(ct, "service_not_in_scope", "cred", "fetch", name);
        return "4 times service_not_in_scope";
    }

    private static async Task<string> OperatorMayNotFetchAsync(DemoContext context, CancellationToken ct)
    {
        var token = await context.Operator.OkAsync(ct, "storage-token", "--agent", Bot);
        Expect(token.Trim().Split('.').Length == 3, "the operator should get a storage token for the agent");
        await context.Operator.OkWithInputAsync(ct, DotEnv.Value(context, DotEnv.Names[^1]), "cred", "store", DotEnv.Names[^1], "--agent", Bot);
        await context.Operator.RefusedAsync(ct, "device_binding_mismatch", "cred", "fetch", DotEnv.Granted[0], "--agent", Bot);
        return "storage token: yes, store: yes, fetch: device_binding_mismatch";
    }

    private static async Task<string> RevokeAsync(DemoContext context, CancellationToken ct)
    {
        var revoked = await context.Operator.JsonAsync(ct, "scope", "revoke", Bot);
        var block = revoked.GetProperty("block").GetUInt64();
        var refusal = await context.Agent.RefusedAsync(ct, "service_not_in_scope", "cred", "fetch", DotEnv.Granted[0]);
        var deciding = refusal.GetProperty("block").GetUInt64();
        Expect(deciding >= block, string.Create(CultureInfo.InvariantCulture, $"block {deciding} should not decide after block {block} revoked"));
        return $"revoked in block {block}, refused with service_not_in_scope by block {deciding}";
    }

    private static void Expect(bool condition, string message)
    {
        if (!condition)
            throw new UnexpectedOutcomeException(message);
    }

    private static string Short(JsonElement omni) => omni.GetString()![..10] + "…";
}
