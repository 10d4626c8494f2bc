using System.Text.Json;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// <c>agentkeys init --agent</c>: a device key alone, and a request that its operator approves. Every run signs a fresh request
/// with the same key; the request is public.
/// </summary>
internal static class AgentSetup
{
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(1);

    public static async Task<int> RunAsync(CommandContext context, Omni operatorOmni, CancellationToken cancel)
    {
        if (context.Home.Init is { } journal && (journal.Kind != InitCommand.AgentKind || journal.OperatorOmni != operatorOmni.ToString()))
            throw CliException.Failure($"{context.Home.Path} belongs to {(journal.Kind == InitCommand.AgentKind ? "an agent of another operator" : "an operator")}.", "use another --home");
        using var chain = context.OpenChain();
        var (device, isNew) = context.Home.LoadOrMake(context.Home.DeviceKeyPath, KeyPurpose.Device);
        using var owned = device;
        context.Home.Init = new InitJournal(InitCommand.AgentKind, operatorOmni.ToString());

        var head = await chain.Reader.GetHeadAsync(cancel);
        var now = Math.Max(head.Timestamp, (ulong)context.Edges.Time.GetUtcNow().ToUnixTimeSeconds());
        var request = RegistrationRequests.Make(device, operatorOmni, chain.Deployment.Chain, now + (ulong)s_validity.TotalSeconds);
        context.Output.WriteLine(JsonSerializer.Serialize(request, HomeJson.Default.RegistrationRequest));
        context.Output.Say($"{(isNew ? "made a device key" : "this machine's device key is")} {request.DeviceKeyHash}");
        context.Output.Say(await chain.Reader.GetDeviceAsync(DeviceKeyHash.Parse(request.DeviceKeyHash), cancel) is null
            ? "hand the request to the operator within a day: agentkeys agent create NAME --request FILE"
            : "the chain knows this device already; there is nothing left to do");
        return ExitCode.Ok;
    }
}
