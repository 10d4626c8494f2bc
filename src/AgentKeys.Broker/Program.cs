using AgentKeys.Broker;
using AgentKeys.Broker.Keys;
using AgentKeys.Services;

if (KeysCommand.IsAsked(args))
    return KeysCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, BrokerHost.AuditPlaces);
if (!ConfigFile.TryFind(args, out var config, out var problem))
    return ConfigFile.Fail([problem]);

WebApplication app;
try
{
    app = ConfigFile.CreateBuilder(config).AddBroker().Build();
    app.MapBroker();
    await app.StartAsync();
}
catch (Exception e) when (ConfigFile.ErrorsIn(e) is { Count: > 0 } errors)
{
    return ConfigFile.Fail(errors);
}

await using (app)
{
    Log.Listening(app.Logger, string.Join(' ', app.Urls));
    await app.WaitForShutdownAsync();
}
return 0;
