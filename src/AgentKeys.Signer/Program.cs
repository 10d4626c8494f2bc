using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Signer;

if (EpochCommand.Handles(args))
    return EpochCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, SignerHost.AuditPlaces);
if (args is not ([] or ["--config", _]))
    return ServiceStart.Fail(["usage: AgentKeys.Signer [--config FILE] | epoch add --ring DIR [--epoch N] | audit reopen --reason TEXT [--config FILE]"]);
if (!ServiceStart.TryCreateBuilder(args.ElementAtOrDefault(1), out var builder, out var problem))
    return ServiceStart.Fail([problem]);

WebApplication app;
try
{
    app = builder.AddSigner().Build();
    app.MapSigner();
    await app.StartAsync();
}
catch (Exception e) when (ServiceStart.ErrorsIn(e) is { Count: > 0 } errors)
{
    return ServiceStart.Fail(errors);
}

await using (app)
{
    Log.Listening(app.Logger, app.Services.GetRequiredService<SignerPaths>().Socket);
    await app.WaitForShutdownAsync();
}
return 0;
