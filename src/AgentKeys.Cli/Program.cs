using AgentKeys.Cli;

if (QuickAnswers.TryGive(args, Console.OpenStandardOutput()))
    return ExitCode.Ok;
return await CommandLine.RunAsync(args);
