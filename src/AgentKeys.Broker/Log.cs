namespace AgentKeys.Broker;

internal static partial class Log
{
    [LoggerMessage(2, LogLevel.Information, "signing sessions and caps with {SessionKey}, storage tokens with {OidcKey}; {Records} records in the log")]
    public static partial void Opened(ILogger logger, string sessionKey, string oidcKey, ulong records);
}
