using System.Diagnostics;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>A node that is down, hangs, lies or says nothing: refused in time, by processes that are alive and say that they are not ready.</summary>
internal static class ChainAttacks
{
    /// <summary>The services wait two seconds for the chain; a busy machine takes its time to say so.</summary>
    private static readonly TimeSpan s_inTime = TimeSpan.FromSeconds(8);

    public static async Task<string> NodesAsync(Scene scene, CancellationToken ct)
    {
        foreach (var (mood, move) in ((NodeMood, string)[])[(NodeMood.Down, "down"), (NodeMood.Hung, "hung"), (NodeMood.OtherChain, "another chain's id"), (NodeMood.Empty, "empty answers")])
        {
            await WithAsync(scene.Stack.BrokersNode, mood, Attack.Broker, scene.Stack.BrokerUrl, scene.Stack.Http, () => Task.FromResult(scene.Bot.Wish("fetch", Scene.Granted).Build()));
            foreach (var dataClass in Scene.Classes)
                await WithAsync(scene.Stack.WorkersNode(dataClass), mood, dataClass.Name(), scene.Stack.WorkerUrls[dataClass], scene.Stack.Http, async () => (await scene.AgainAsync(ct, dataClass)).Build());
            await WithAsync(scene.Stack.SignersNode, mood, Attack.Signer, new Uri("http://signer/"), scene.Stack.SignerHttp, async () =>
                (await scene.AgainAsync(ct)).Build() with { Url = new Uri("http://signer/v1/keys/unwrap"), Body = SignerBodies.Unwrap(scene.ObjectPath()) });

            async Task WithAsync(NodeRelay node, NodeMood wanted, string whose, Uri service, HttpClient http, Func<Task<RawRequest>> make)
            {
                var request = await make(); // while the chain is still sound
                node.Mood = wanted;
                try
                {
                    var clock = Stopwatch.StartNew();
                    await scene.Log.RefusedAsync("a node that is down, hangs, lies, says nothing", move, whose, "chain_unavailable", request.SendAsync(http, ct));
                    Expect(clock.Elapsed < s_inTime, $"with the {whose}'s node {move}, the refusal took {clock.Elapsed.TotalSeconds:0.0} s");
                    Expect(await StatusAsync(http, new Uri(service, "/healthz"), ct) == 200, $"with the {whose}'s node {move}, the process should say that it is alive");
                    Expect(await StatusAsync(http, new Uri(service, "/readyz"), ct) == 503, $"with the {whose}'s node {move}, the process should say that it is not ready");
                }
                finally
                {
                    node.Mood = NodeMood.Honest;
                }
            }
        }
        await BehindAsync(scene, ct);
        return "down, hung, lying, empty: refused in time, alive, not ready; behind the asked block: refused";
    }

    private static async Task BehindAsync(Scene scene, CancellationToken ct)
    {
        const string Tried = "a node behind the block that the caller asks for";
        static void Ask(RawCall call) => call.Headers["AgentKeys-Min-Block"] = "1000000";
        await scene.Log.RefusedAsync(Tried, "wish", Attack.Broker, "chain_behind", scene.SendAsync(scene.Bot.Wish("fetch", Scene.Granted).Bent(Ask), ct));
        foreach (var dataClass in Scene.Classes)
        {
            await scene.Log.RefusedAsync(Tried, "fetch", dataClass.Name(), "chain_behind", scene.SendAsync((await scene.AgainAsync(ct, dataClass)).Bent(Ask), ct));
            await AttackLog.AllowedAsync("a fetch by an honest chain", scene.SendAsync(await scene.AgainAsync(ct, dataClass), ct));
        }
        await scene.Log.RefusedAsync(Tried, "unwrap", Attack.Signer, "chain_behind", scene.UnwrapAsync((await scene.AgainAsync(ct)).Bent(Ask), ct));
    }

    private static async Task<int> StatusAsync(HttpClient http, Uri url, CancellationToken ct)
    {
        using var answer = await http.GetAsync(url, ct);
        return (int)answer.StatusCode;
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
            throw new UnexpectedOutcomeException(otherwise);
    }
}
