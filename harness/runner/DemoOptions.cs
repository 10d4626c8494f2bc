namespace AgentKeys.Demo;

/// <summary>What the command line asked for. Steps are named by number or name.</summary>
internal sealed record DemoOptions(
    int Stage, string? OnlyStep, string? FromStep, string? ToStep, bool AllowSkip, bool SkipBuild, FileInfo? Json, IReadOnlyList<FileInfo> Shown)
{
    /// <summary>A whole run starts from nothing; a part of one uses what the run before left.</summary>
    public bool KeepsState => OnlyStep is not null || FromStep is not null;
}
