using Microsoft.Extensions.Logging;

namespace AgentKeys.Audit;

public sealed record LocalAuditLogOptions
{
    /// <summary>State folder of this process role and of nothing else; made 0700 when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the role, in every record: <c>worker:credentials</c>, <c>broker</c>, <c>signer:credentials</c>.</summary>
    public required string Verifier { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
