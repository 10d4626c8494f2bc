namespace AgentKeys.Worker;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "listening on {Urls}")]
    public static partial void Listening(ILogger logger, string urls);
}
