using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Signer;

if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (EpochCommand.Handles(args))
    return EpochCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, SignerHost.AuditPlaces);
if (args is not ([] or ["--config", _]))
    return ServiceStart.Fail(["usage: AgentKeys.Signer [--config FILE] | epoch add --ring DIR [--epoch N] | audit reopen --reason TEXT [--config FILE]"]);
return await ServiceStart.RunAsync(args.ElementAtOrDefault(1), builder => builder.AddSigner(), app => app.MapSigner());
