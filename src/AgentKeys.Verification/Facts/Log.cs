using Microsoft.Extensions.Logging;

namespace AgentKeys.Verification;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "chain endpoint {Endpoint} gave no usable answer: {Reason}")]
    public static partial void EndpointFailed(ILogger logger, string endpoint, string reason);
}
