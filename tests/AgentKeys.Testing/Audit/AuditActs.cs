using System.Globalization;
using AgentKeys.Audit;
using AgentKeys.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKeys.Testing.Audit;

/// <summary>Valid appends to bend one thing of.</summary>
public static class AuditActs
{
    public static readonly Omni Operator = new(Fill(1));
    public static readonly Omni Actor = new(Fill(2));
    public static readonly ObjectName Key = new(ServiceName.Parse("openai_api_key"));

    public static Bytes32 Fill(byte value) => new(Enumerable.Repeat(value, 32).ToArray());

    public static LocalAuditLogOptions Options(string folder, TimeProvider time, string verifier = "worker:credentials") => new()
    {
        Folder = folder,
        Verifier = verifier,
        Time = time,
        Logger = NullLogger.Instance,
    };

    /// <summary>A store with its own proof and cap.</summary>
    public static AuditAuthorization Store(int number, ObjectName? name = null) => new()
    {
        Operator = Operator,
        Actor = Actor,
        Device = new DeviceKeyHash(Fill(3)),
        Op = AuditOpKind.CredentialsStore,
        Proof = new ProofUse(Fill(4), "proof-" + number.ToString(CultureInfo.InvariantCulture)),
        Cap = new CapUse("cap-" + number.ToString(CultureInfo.InvariantCulture), SingleUse: true),
        Quota = null,
        Block = 7,
        Object = name ?? Key,
    };

    /// <summary>
    /// How many records there are once those that stand in line are written: nobody waits for the outcome of a read. What is asked for is
    /// refused in its turn, so that it writes nothing.
    /// </summary>
    public static ulong SettledRecords(this IAuditSink log)
    {
        var turn = log.AuthorizeAsync(Fetch(0) with { Proof = null, Quota = new QuotaUse(0, MaxCalls: 0, PeriodSeconds: 1) }, default).AsTask();
        if (turn.GetAwaiter().GetResult().IsOk(out _, out _))
            throw new InvalidOperationException("A quota of none has allowed something.");
        return log.Status.Records;
    }

    /// <summary>A fetch with its own proof; its cap may be used again.</summary>
    public static AuditAuthorization Fetch(int number, ObjectName? name = null) => Store(number, name) with
    {
        Op = AuditOpKind.CredentialsFetch,
        Cap = new CapUse("read-cap", SingleUse: false),
    };
}
