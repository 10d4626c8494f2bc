using AgentKeys.Protocol;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Verification;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "chain endpoint {Endpoint} gave no usable answer: {Reason}")]
    public static partial void EndpointFailed(ILogger logger, string endpoint, string reason);

    [LoggerMessage(2, LogLevel.Information, "chain endpoint {Endpoint} serves {Chain} with this release's contracts; chain client {Client}")]
    public static partial void EndpointChecked(ILogger logger, string endpoint, ChainRef chain, string client);
}
