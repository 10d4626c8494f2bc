namespace AgentKeys.Signer;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "listening on {Socket}")]
    public static partial void Listening(ILogger logger, string socket);
}
