using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Worker;

if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, WorkerHost.AuditPlaces, "--role");
if (!Arguments.TryParse(args, out var config, out var role))
    return ServiceStart.Fail([Arguments.Usage]);
if (!ServiceStart.TryCreateBuilder(config, out var builder, out var problem))
    return ServiceStart.Fail([problem]);

WebApplication app;
try
{
    app = builder.AddWorker(role).Build();
    app.MapWorker();
    await app.StartAsync();
}
catch (Exception e) when (ServiceStart.ErrorsIn(e) is { Count: > 0 } errors)
{
    return ServiceStart.Fail(errors);
}

await using (app)
{
    Log.Listening(app.Logger, string.Join(' ', app.Urls));
    await app.WaitForShutdownAsync();
}
return 0;
