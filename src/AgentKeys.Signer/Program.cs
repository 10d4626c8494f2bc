using AgentKeys.Hosting;
using AgentKeys.Services;
using AgentKeys.Signer;

const string Usage = "AgentKeys.Signer [--config FILE] [--check | --help | --openapi] | epoch add --ring DIR [--epoch N] | audit reopen --reason TEXT [--config FILE]";
if (PrivateMemory.Keep() is { } exposed)
    return ServiceStart.Fail([exposed]);
if (EpochCommand.Handles(args))
    return EpochCommand.Run(args, Console.Out, Console.Error);
if (AuditReopen.IsAsked(args))
    return await AuditReopen.RunAsync(args, SignerHost.AuditPlaces);
if (!ServiceArguments.TryParse(args, out var arguments))
    return ServiceStart.Fail(["usage: " + Usage]);
return await ServiceStart.RunAsync(Usage, arguments, builder => builder.AddSigner(), app => app.MapSigner());
