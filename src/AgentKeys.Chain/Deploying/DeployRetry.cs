namespace AgentKeys.Chain;

/// <summary>How often, and how patiently, a deployment goes on by itself after a transport fault.</summary>
public sealed record DeployRetry
{
    /// <summary>Interruptions in a row, without a new contract in between, after which it stops and leaves the rest to the next run.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Doubles with each, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    internal TimeSpan PauseAfter(int failed)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failed - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}
