using AgentKeys.Hosting;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Worker;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>One route of one service as it is mapped.</summary>
/// <param name="Guard">null: nobody said who may come.</param>
internal sealed record Route(string Service, string Method, string Path, RouteGuard? Guard)
{
    /// <summary>As the row of SPEC.md section 8.1.</summary>
    public override string ToString() => $"| {Service} | `{Method} {Path}` | {Guard} |";
}

/// <summary>Every service that there is, running: the broker, the signer, and a worker of each role.</summary>
internal sealed class AllServices : IAsyncDisposable
{
    public const string BrokerName = "broker";
    public const string SignerName = "signer";

    private readonly List<(string Name, IServiceProvider Services)> _services = [];
    private readonly List<VaultStack> _stacks = [];

    public BrokerRig Broker { get; } = new();

    public IReadOnlyList<(string Name, IServiceProvider Services)> Services => _services;

    public IEnumerable<Route> Routes => _services.SelectMany(s => RoutesOf(s.Name, s.Services)).OrderBy(r => r.ToString(), StringComparer.Ordinal);

    public static async Task<AllServices> StartAsync()
    {
        var all = new AllServices();
        await all.Broker.InitializeAsync();
        all._services.Add((BrokerName, all.Broker.Services));
        foreach (var role in WorkerRole.All)
        {
            var stack = await VaultStack.StartAsync(() => new VaultStack { Class = role.Class });
            all._stacks.Add(stack);
            all._services.Add((role.Verifier, stack.WorkerServices));
        }
        all._services.Add((SignerName, all._stacks[0].SignerServices));
        return all;
    }

    public static IEnumerable<Route> RoutesOf(string name, IServiceProvider services) =>
        from endpoint in services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select new Route(name, method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<RouteGuard>());

    public async ValueTask DisposeAsync()
    {
        foreach (var stack in _stacks)
            await stack.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
