using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Worker;

var roles = string.Join('|', WorkerRole.All.Select(r => r.Name));
var usage = $"AgentKeys.Worker --role {roles} [--config FILE] [--check | --help | --openapi] | audit reopen --role {roles} --reason TEXT [--config FILE]";
if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, WorkerHost.AuditPlaces, "--role");
if (!ServiceArguments.TryParse(args, out var arguments, "--role"))
    return ServiceStart.Fail(["usage: " + usage]);
var role = WorkerRole.Find(arguments["--role"]) ?? (arguments.Help ? WorkerRole.All[0] : null);
if (role is null)
    return ServiceStart.Fail(["usage: " + usage]);
return await ServiceStart.RunAsync(usage, arguments, builder => builder.AddWorker(role), app => app.MapWorker());
