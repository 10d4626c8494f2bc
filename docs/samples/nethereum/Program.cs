// An application that runs on Nethereum already looks at AgentKeys' registry through its own Web3: who an operator is, which agents it
// has, what they may use, and what changed when.
//   dotnet run --project docs/samples/nethereum -- deployment.json http://127.0.0.1:8545 0x<operator omni>
using AgentKeys.Chain;
using AgentKeys.Chain.Nethereum;
using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

if (args.Length != 3 || !Omni.TryParse(args[2], out var operatorOmni))
{
    Console.Error.WriteLine("usage: deployment.json RPC_URL OPERATOR_OMNI");
    return 2;
}

// Yours: whatever Web3 the application has, with whatever client and account.
var web3 = new Web3(args[1]);
var deployment = DeploymentJson.Parse(await File.ReadAllTextAsync(args[0]));

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddNethereumChain(deployment, web3);
using var host = builder.Build();

// Another chain, or contracts that are not this release's, end it here.
await host.StartAsync();

var reader = host.Services.GetRequiredService<IRegistryReader>();
if (await reader.GetOperatorAsync(operatorOmni, default) is not { } found)
{
    Console.WriteLine($"{operatorOmni} is no operator of {deployment.Chain}");
    return 1;
}

Console.WriteLine($"{operatorOmni}: {found.Tier}, {found.ActiveMasters} masters, wallet {found.Wallet}");
foreach (var device in await reader.GetDevicesAsync(operatorOmni, 0, 100, default))
{
    var record = await reader.GetDeviceAsync(device, default);
    var scope = record!.Tier == DeviceTier.Agent ? await reader.GetScopeAsync(record.Actor, default) : null;
    Console.WriteLine($"  {device}: {record.Tier}{(record.RevokedAt > 0 ? ", revoked" : "")}{(scope is null ? "" : $", {scope.Grants.Count} services granted")}");
}

// The contracts' events by Nethereum's own means: the typed messages are public.
var changes = web3.Eth.GetEvent<AgentKeysScopeScopeSetEvent>(deployment.Scope.ToString());
var filter = changes.CreateFilterInput([operatorOmni.Value.ToArray()], new BlockParameter(deployment.Block), BlockParameter.CreateLatest());
foreach (var change in await changes.GetAllChangesAsync(filter))
    Console.WriteLine($"  block {change.Log.BlockNumber.Value}: scope {change.Event.Generation} of 0x{Convert.ToHexStringLower(change.Event.Actor)}, {change.Event.Grants.Count} services");
return 0;
