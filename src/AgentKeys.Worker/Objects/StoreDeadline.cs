using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The store's own deadline is our concern, not the client's.</summary>
internal static class StoreDeadline
{
    public static async Task<Result<T>> Guard<T>(Func<Task<Result<T>>> act)
    {
        try
        {
            return await act();
        }
        catch (OperationCanceledException)
        {
            return new Refusal(RefusalCode.StoreUnavailable, "The store did not answer in time.");
        }
    }
}
