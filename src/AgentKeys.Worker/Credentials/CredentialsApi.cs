using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The credentials role: small secrets under the names that people typed.</summary>
internal static class CredentialsApi
{
    public static WorkerRole Role { get; } = new()
    {
        Class = DataClass.Credentials,
        MaxPlaintextBytes = 64 * 1024,
        Map = app =>
        {
            app.MapAct(DataClass.Credentials, CapOp.Store, (CredentialActs acts, WorkerCall call, CancellationToken cancel) => acts.StoreAsync(call, cancel));
            app.MapAct(DataClass.Credentials, CapOp.Fetch, (CredentialActs acts, WorkerCall call, CancellationToken cancel) => acts.FetchAsync(call, cancel));
        },
    };
}
