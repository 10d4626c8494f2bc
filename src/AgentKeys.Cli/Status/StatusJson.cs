using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What <c>status --json</c> prints; docs/cli.schema.json describes it.</summary>
internal static class StatusJson
{
    public static JsonObject Of(StatusReport status)
    {
        var record = status.Operator?.Record;
        return new JsonObject
        {
            ["home"] = status.Home.Path,
            ["kind"] = status.Kind,
            ["device_address"] = status.Account.ToString(),
            ["device_key_hash"] = status.Device.ToString(),
            ["device"] = ReportedDevice.StateOf(status.Record),
            ["operator_omni"] = status.OperatorOmni?.ToString(),
            ["actor_omni"] = status.Record?.Actor.ToString(),
            ["trust_tier"] = (record?.Tier ?? TrustTier.WalletOnly).Name(),
            ["wallet"] = record?.Wallet.ToString(),
            ["recovery_threshold"] = record?.RecoveryThreshold,
            ["grant_threshold"] = record?.GrantThreshold,
            ["active_masters"] = record?.ActiveMasters,
            ["active_recovery_masters"] = record?.ActiveRecoveryMasters,
            ["recovery_delay_seconds"] = status.Chain.Deployment.RecoveryDelaySeconds,
            ["devices"] = new JsonArray([.. (status.Operator?.Devices ?? []).Select(d => Device(d, status.Device))]),
            ["agents"] = new JsonArray([.. status.Agents.Select(Agent)]),
            ["chain"] = status.Chain.Deployment.Chain.ToString(),
            ["profile"] = status.Chain.Profile.Name,
            ["chain_client"] = CliChainClient.Choose().Name,
            ["p256"] = ChainCommands.P256Name(status.P256),
            ["block"] = status.Facts.Head.Number,
            ["block_time"] = status.Facts.Head.Timestamp,
            ["epoch"] = status.Facts.Epoch,
            ["broker"] = status.Network.Broker.AbsoluteUri,
            ["services"] = new JsonArray([.. status.Services.Select(Service)]),
            ["session_expires_at"] = status.Session?.ExpiresAt.ToUnixTimeSeconds(),
            ["weak"] = new JsonArray([.. status.Weak.Select(w => new JsonObject { ["code"] = w.Code, ["message"] = w.Message, ["to_do"] = w.ToDo })]),
        };
    }

    public static IEnumerable<string> Roles(DeviceRoles roles)
    {
        if (roles.HasFlag(DeviceRoles.CapMint))
            yield return "cap_mint";
        if (roles.HasFlag(DeviceRoles.Recovery))
            yield return "recovery";
        if (roles.HasFlag(DeviceRoles.ScopeMgmt))
            yield return "scope_mgmt";
    }

    public static string Name(ServiceState state) => state switch
    {
        ServiceState.Ready => "ready",
        ServiceState.NotReady => "not_ready",
        ServiceState.Stranger => "not_agentkeys",
        _ => "unreachable",
    };

    private static JsonObject Device(ReportedDevice device, DeviceKeyHash here) => new()
    {
        ["device_key_hash"] = device.Hash.ToString(),
        ["state"] = ReportedDevice.StateOf(device.Record),
        ["tier"] = device.Record.Tier == DeviceTier.Master ? "master" : "agent",
        ["active"] = device.IsActive,
        ["roles"] = new JsonArray([.. Roles(device.Record.Roles).Select(r => (JsonNode)r)]),
        ["actor_omni"] = device.Record.Actor.ToString(),
        ["this_machine"] = device.Hash == here,
        ["registered_at"] = device.Record.RegisteredAt,
        ["revoked_at"] = device.Record.RevokedAt == 0 ? null : device.Record.RevokedAt,
    };

    private static JsonObject Agent(ReportedAgent agent) => new()
    {
        ["name"] = agent.Name,
        ["actor_omni"] = agent.Actor.ToString(),
        ["active"] = agent.IsActive,
        ["grants"] = new JsonArray([.. (agent.Scope?.Grants ?? []).Select(g => GrantJson.Of(g, ScopePlan.Name(g, agent.Services)))]),
    };

    private static JsonObject Service(ServiceReport service) => new()
    {
        ["name"] = service.Name,
        ["url"] = service.Where,
        ["state"] = Name(service.State),
        ["failed"] = new JsonArray([.. service.Failed.Select(f => new JsonObject { ["check"] = f.Name, ["reason"] = f.Reason })]),
    };
}
