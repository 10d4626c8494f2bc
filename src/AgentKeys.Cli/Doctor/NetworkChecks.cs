using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary>The network description, and whether the services it names answer, are ready, and decide by the same contracts.</summary>
internal static class NetworkChecks
{
    private const string Start = "start it: on this machine `agentkeys dev`; elsewhere ask whoever runs the network";
    private const string Correct = "correct the network description, or take a new one from whoever runs the network";

    public static async Task<IReadOnlyList<Finding>> LookAsync(CommandContext context, CancellationToken cancel)
    {
        NetworkDescription network;
        try
        {
            network = context.Network;
        }
        catch (CliException e)
        {
            return [Finding.Fail("network", e), .. UsualPorts(DevPorts.Usual)];
        }
        var chain = ChainChecks.LookAsync(context, network, cancel);
        var services = await Task.WhenAll(Named(context, network).Select(s => ServiceProbe.AskAsync(s.Name, s.Url, s.Socket, cancel)));
        var (id, findings) = await chain;
        return
        [
            Finding.Ok("network", $"{network.Profile}, broker {network.Broker.GetLeftPart(UriPartial.Authority)}"),
            .. services.Select(s => Service(s, Role(s.Name), id)),
            .. services.Where(s => s is { Name: Broker, State: ServiceState.Ready or ServiceState.NotReady }).Select(s => ClockChecks.Broker(s.Date, context.Edges.Time.GetUtcNow())),
            .. findings,
        ];
    }

    /// <summary>Without a network the next step is `agentkeys dev`: would it get its usual ports?</summary>
    internal static IEnumerable<Finding> UsualPorts(IEnumerable<int> ports) => ports.Where(p => !DevPorts.IsFree(p))
        .Select(p => Finding.Warn("ports", $"port {p}, usual for a dev stack, is taken", "nothing to do: a new stack takes another one"));

    /// <param name="role">that it must say of itself.</param>
    /// <param name="chain">that it must decide by; null: the network description does not say.</param>
    internal static Finding Service(ServiceReport said, string role, string? chain) => said.State switch
    {
        ServiceState.Unreachable => Finding.Fail(said.Name, $"no answer at {said.Where}", Uri.TryCreate(said.Where, UriKind.Absolute, out var url) && url.IsLoopback && url.Scheme != Uri.UriSchemeFile && !DevPorts.IsFree(url.Port)
            ? $"another program holds port {url.Port}: stop it, or `agentkeys dev --reset`, which chooses other ports" : Start),
        ServiceState.Stranger => Finding.Fail(said.Name, $"another program answers at {said.Where}", $"stop that program, or {Correct}"),
        _ when said.Role != role => Finding.Fail(said.Name, $"{said.Where} is {said.Role}, not {role}", Correct),
        _ when chain is not null && said.Chain is not null && said.Chain != chain => Finding.Fail(said.Name, $"decides by the contracts of {said.Chain}, the network description has {chain}", Correct),
        ServiceState.NotReady => Finding.Fail(said.Name, $"runs at {said.Where} and is not ready: {string.Join("; ", said.Failed.Select(Words))}", string.Join("; ", said.Failed.Select(f => ToDo(f.Name, said.Name)).Distinct())),
        _ => Finding.Ok(said.Name, $"ready at {said.Where}"),
    };

    private const string Broker = "broker";
    private const string Signer = "signer";

    /// <summary>The signer is asked where its socket lies beside the network description: on a dev stack.</summary>
    private static IEnumerable<(string Name, Uri Url, string? Socket)> Named(CommandContext context, NetworkDescription network)
    {
        yield return (Broker, network.Broker, null);
        foreach (var (name, url) in network.Workers.OrderBy(w => w.Key, StringComparer.Ordinal))
            yield return (name, url, null);
        if (NetworkFiles.FindDevConfig(context.NetworkOption, context.Home, context.Edges) is { } config && DevFolder.SocketBeside(config) is var socket && File.Exists(socket))
            yield return (Signer, new Uri("http://localhost"), socket);
    }

    private static string Role(string name) => name is Broker or Signer ? name : $"worker:{name}";

    private static string Words(FailedCheck failed) => failed.Reason.Length == 0 ? failed.Name : $"{failed.Name} ({failed.Reason})";

    private static string ToDo(string check, string service) => check switch
    {
        "audit" => $"its audit log was lost or damaged; find out why, then: agentkeys audit reopen {service} --reason TEXT",
        "chain" => "its node lags, is gone, or has other contracts: look at Chain in its configuration, and at the chain's checks here",
        "signer" => "look at the signer first",
        "ring" => "its ring has no key that can be read: agentkeys epoch add, or bring the backup of the ring",
        "store" => "its store cannot be read or written: look at Store in its configuration, and at the disk",
        "keys" => "its key files cannot be read: look at SessionKeyFile and OidcKeyFile in its configuration",
        _ => "its log says why",
    };
}
