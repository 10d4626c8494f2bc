using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys login</c> and <c>agentkeys status</c>.</summary>
internal static class LoginCommands
{
    public static CliCommand BuildLogin(CliTree tree)
    {
        var wallet = new Option<bool>("--wallet") { Description = "Sign in with the wallet's key instead; the device key still proves every call." };
        var command = new CliCommand(
            "login",
            "Log in at the broker with this machine's device key and keep the session (one hour). Other commands do this by themselves.",
            "agentkeys login", "agentkeys login --wallet --json");
        return tree.Leaf(command, (context, cancel) => LoginAsync(context, context.Get(wallet), cancel), wallet);
    }

    public static CliCommand BuildStatus(CliTree tree)
    {
        var command = new CliCommand("status", "Show who this machine is, what the chain says of it, and whether it is logged in.", "agentkeys status", "agentkeys status --json");
        return tree.Leaf(command, StatusAsync);
    }

    private static async Task<int> LoginAsync(CommandContext context, bool wallet, CancellationToken cancel)
    {
        using var services = new Services(context);
        using var key = wallet ? context.Home.LoadWallet() : null;
        var session = await services.UseAsync(client => client.LoginAsync(key, cancel));
        var answer = new JsonObject
        {
            ["login"] = wallet ? "wallet" : "device",
            ["operator_omni"] = session.Operator.ToString(),
            ["actor_omni"] = session.Actor.ToString(),
            ["device_key_hash"] = session.Device.ToString(),
            ["trust_tier"] = session.TrustTier,
            ["expires_at"] = session.ExpiresAt.ToUnixTimeSeconds(),
        };
        context.Output.Answer(answer, () => context.Output.Say(
            $"logged in with the {(wallet ? "wallet" : "device")} key, {session.TrustTier}, until {Local(session.ExpiresAt, context)}"));
        return ExitCode.Ok;
    }

    /// <summary>Reads the chain with nobody in between; the services are asked nothing.</summary>
    private static async Task<int> StatusAsync(CommandContext context, CancellationToken cancel)
    {
        using var device = context.Home.LoadDevice();
        var account = device.Address.ToAccount();
        var hash = DeviceKeyHash.OfAddress(account);
        using var chain = OperatorChain.Open(context.Network);
        var head = await chain.Reader.GetHeadAsync(cancel);
        var record = await chain.Reader.GetDeviceAsync(hash, cancel);
        var operatorOmni = record?.Operator ?? OmniOf(context.Home.Init);
        var operatorRecord = operatorOmni is { } omni ? await chain.Reader.GetOperatorAsync(omni, cancel) : null;
        var session = context.Home.LoadSession(context.Network.Broker) is { } kept && kept.Device == hash && kept.IsFresh(context.Edges.Time.GetUtcNow()) ? kept : null;

        var answer = new JsonObject
        {
            ["home"] = context.Home.Path,
            ["kind"] = context.Home.Init?.Kind,
            ["device_address"] = account.ToString(),
            ["device_key_hash"] = hash.ToString(),
            ["device"] = DeviceState(record),
            ["operator_omni"] = operatorOmni?.ToString(),
            ["actor_omni"] = record?.Actor.ToString(),
            ["trust_tier"] = (operatorRecord?.Tier ?? TrustTier.WalletOnly).Name(),
            ["wallet"] = operatorRecord?.Wallet.ToString(),
            ["chain"] = chain.Reader.Deployment.Chain.ToString(),
            ["chain_client"] = chain.Client.Name,
            ["block"] = head.Number,
            ["broker"] = context.Network.Broker.AbsoluteUri,
            ["session_expires_at"] = session?.ExpiresAt.ToUnixTimeSeconds(),
        };
        context.Output.Answer(answer, () => context.Output.Table(["", ""], Rows(answer, session, context)));
        return ExitCode.Ok;
    }

    private static string DeviceState(DeviceRecord? record) => record switch
    {
        null => "not registered",
        { RevokedAt: > 0 } => "revoked",
        { Tier: DeviceTier.Master } => "master",
        _ => "agent",
    };

    private static Omni? OmniOf(InitJournal? journal) => journal is not null && Omni.TryParse(journal.OperatorOmni, out var omni) ? omni : null;

    private static IEnumerable<IReadOnlyList<string>> Rows(JsonObject answer, Session? session, CommandContext context) =>
        answer.Where(m => m.Value is not null && m.Key != "session_expires_at")
            .Select(m => (IReadOnlyList<string>)[m.Key.Replace('_', ' '), m.Value!.ToString()])
            .Append(["session", session is null ? "none; commands log in by themselves" : $"until {Local(session.ExpiresAt, context)}"]);

    private static string Local(DateTimeOffset time, CommandContext context) =>
        TimeZoneInfo.ConvertTime(time, context.Edges.Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
