using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Worker;

if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, WorkerHost.AuditPlaces, "--role");
if (!Arguments.TryParse(args, out var config, out var role))
    return ServiceStart.Fail([Arguments.Usage]);
return await ServiceStart.RunAsync(config, builder => builder.AddWorker(role), app => app.MapWorker());
