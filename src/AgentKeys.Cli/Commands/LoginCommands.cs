using System.CommandLine;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys login</c>.</summary>
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
            $"logged in with the {(wallet ? "wallet" : "device")} key, {session.TrustTier}, until {Moments.Local(session.ExpiresAt, context.Edges.Time)}"));
        return ExitCode.Ok;
    }
}
