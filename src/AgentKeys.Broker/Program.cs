using AgentKeys.Broker;
using AgentKeys.Broker.Keys;
using AgentKeys.Hosting;
using AgentKeys.Services;

const string Usage = "AgentKeys.Broker [--config FILE] [--check | --help | --openapi] | keys create --session FILE --oidc FILE | audit reopen --reason TEXT [--config FILE]";
if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (KeysCommand.IsAsked(args))
    return KeysCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, BrokerHost.AuditPlaces);
if (!ServiceArguments.TryParse(args, out var arguments))
    return ServiceStart.Fail(["usage: " + Usage]);
return await ServiceStart.RunAsync(Usage, arguments, builder => builder.AddBroker(), app => app.MapBroker());
