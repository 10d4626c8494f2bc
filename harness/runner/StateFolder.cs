namespace AgentKeys.Demo;

/// <summary>The demo's own folder inside the clone.</summary>
internal static class StateFolder
{
    /// <summary>A whole run starts from nothing. Refuses to touch anything that is not the demo's own folder.</summary>
    public static void Clear(DemoContext context)
    {
        if (!context.State.StartsWith(Path.Combine(context.Root, ".agentkeys"), StringComparison.Ordinal))
            throw new InvalidOperationException("The demo state must lie inside the clone.");
        if (Directory.Exists(context.State))
            Directory.Delete(context.State, recursive: true);
    }
}
