using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo.Attacks;

/// <summary>Who and what the wrong moves need, made through the command line as people would; then every process runs by itself.</summary>
internal static class Cast
{
    private const string Bot = "research-bot";
    private const string OtherBot = "other-bot";
    private const string Said = "a second agent, another operator, and whoever stole the broker's keys";

    public static async Task<string> AssembleAsync(DemoContext context, CancellationToken ct)
    {
        if (context.Scene is not null)
            return Said;
        if (!File.Exists(Path.Combine(context.State, "stranger", "device.json")))
            await PrepareAsync(context, ct);
        if (context.Stack is { } dev)
            await dev.DisposeAsync();
        context.Stack = null;
        context.Scene = new Scene(await AttackStack.StartAsync(context, ct));
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct); // a proof is of a whole second, and none from before a process counts
        await context.Scene.LoginAsync(context, ct);
        await context.Scene.WarmUpAsync(ct);
        return Said;
    }

    private static async Task PrepareAsync(DemoContext context, CancellationToken ct)
    {
        var operatorOmni = (await context.Operator.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        var request = Path.Combine(context.State, "registration-request-2.json");
        await File.WriteAllTextAsync(request, await context.SecondAgent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), ct);
        await context.Operator.OkAsync(ct, "agent", "create", OtherBot, "--request", request);
        string[] both = [.. Scene.Classes.SelectMany(c => (string[])["--class", c.Name()])];
        await context.Operator.OkAsync(ct, ["scope", "set", Bot, Scene.Granted, .. both]);
        await context.Operator.OkAsync(ct, ["scope", "set", Bot, Scene.ReadOnly, "--read-only", .. both]);
        await context.Operator.OkAsync(ct, "scope", "set", Bot, Scene.OneUse, "--max-calls", "1", "--per", "365d");
        await context.Operator.OkAsync(ct, ["scope", "set", OtherBot, Scene.Granted, .. both]);
        await context.Operator.OkAsync(ct, ["scope", "set", Bot, Scene.Expired, "--for", "10s", .. both]);
        await context.Operator.OkWithInputAsync(ct, "of-the-other-agent", "cred", "store", Scene.Granted, "--agent", OtherBot);
        foreach (var (agent, service) in ((string, string)[])[(Bot, Scene.Granted), (Bot, Scene.ReadOnly), (OtherBot, Scene.Granted)])
            await context.Operator.OkWithInputAsync(ct, "of " + agent, "memory", "put", Scene.NameOf(DataClass.Memory, service), "--agent", agent);
        SoftwarePasskeyBrowser.Install(context.Programs, context.StrangerBrowser);
        await context.Stranger.OkAsync(ct, "init");
    }
}
