using AgentKeys.Broker;
using AgentKeys.Broker.Keys;
using AgentKeys.Hosting;
using AgentKeys.Services;

if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (KeysCommand.IsAsked(args))
    return KeysCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, BrokerHost.AuditPlaces);
if (args is not ([] or ["--config", _]))
    return ServiceStart.Fail(["usage: AgentKeys.Broker [--config FILE] | keys create --session FILE --oidc FILE | audit reopen --reason TEXT [--config FILE]"]);
return await ServiceStart.RunAsync(args.ElementAtOrDefault(1), builder => builder.AddBroker(), app => app.MapBroker());
